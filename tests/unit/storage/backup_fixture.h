// A stopped store of which backups are taken, and what is restored from them.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "storage/backup.h"
#include "storage/restore.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::test {

using storage::BackupManifest;
using storage::RestoreOptions;
using storage::RestorePoint;
using storage::Result;
using storage::StoreKind;

inline const StoreKind kKind{.tables = kTestTables, .map_bytes = 256 << 20};

// A stopped store with some rows, part of them in the base and part only in the journal.
class BackupTest : public testing::Test {
 protected:
  // Rows `from` to `to` - 1, one a record and two records a frame (more of the later ones, for each
  // frame is a sync); row n is record n.
  void write(int from, int to) {
    const auto store = open_store(test_options(data()));
    ASSERT_TRUE(store);
    for (int n = from; n < to; ++n) {
      {
        auto txn = store->begin();
        ASSERT_TRUE(txn->put(kAlpha, "row" + std::to_string(n % 50), std::to_string(n)));
        ASSERT_TRUE(store->commit(*txn, {.time = {n * 1'000'000}, .words = {"PUT"}}));
      }
      if (n % (n < 100 ? 2 : 50) == 0) store->end_turn(true);
    }
    store->end_turn(true);
  }

  // What the rows are after record `n`.
  static RowMap rows_after(int n) {
    RowMap rows;
    for (int i = 1; i <= n; ++i) rows["row" + std::to_string(i % 50)] = std::to_string(i);
    return rows;
  }

  Result<BackupManifest> back_up(const std::string& name) {
    return storage::take_backup({.source = data(), .destination = path(name), .kind = kKind});
  }
  RestoreOptions from_backup(const std::string& name, const std::string& into,
                             RestorePoint to = {}) {
    return {.backup = path(name), .into = path(into), .to = to, .kind = kKind};
  }

  // Opens the store for writing, as a daemon would.
  RowMap rows_of(const std::string& name) {
    auto options = test_options(path(name));
    const auto store = open_store(options);
    if (!store) return {};
    const auto txn = store->begin();
    return all_rows(*txn, kAlpha);
  }

  std::string data() const { return path("data"); }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void flip(const std::string& file, std::uint64_t offset) {
    std::string bytes = read_file(file);
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 4);
    write_file(file, bytes);
  }

  TempDirectory directory_;
};

}  // namespace holdfast::test
