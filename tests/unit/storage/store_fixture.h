// What the tests of the store share: a store in a directory of its own, short ways to write and
// read, and waiting for a condition.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage/digest.h"
#include "storage/local_store.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {

using storage::Code;
using storage::LocalStore;
using storage::LocalStoreOptions;
using storage::Seq;
using storage::TableId;

inline constexpr TableId kAlpha{1};
inline constexpr TableId kBeta{7};
inline constexpr storage::TableSpec kTestTables[] = {{kAlpha, "alpha"}, {kBeta, "beta"}};
using RowMap = std::map<std::string, std::string>;

// A small store: segments roll and memtables turn over within a test. Nothing is flushed because of
// its age unless a test says so.
inline LocalStoreOptions test_options(const std::string& directory) {
  LocalStoreOptions options;
  options.directory = directory;
  options.tables = kTestTables;
  options.journal = {.segment_bytes = 64 << 10, .spares = 1, .clock = nullptr};
  options.base.map_bytes = 256 << 20;
  options.flush.interval = storage::Duration::seconds(3600);
  options.flush.space.reserve_bytes = 0;
  return options;
}

inline std::unique_ptr<LocalStore> open_store(const LocalStoreOptions& options) {
  auto store = LocalStore::open(options);
  if (!store) ADD_FAILURE() << store.error().to_string();
  return store ? std::move(*store) : nullptr;
}

inline Seq put(storage::Store& store, TableId table, const std::string& key,
               const std::string& value) {
  auto txn = store.begin();
  EXPECT_TRUE(txn->put(table, key, value));
  const auto seq = store.commit(*txn, {.time = {1'000'000}, .actor = 7, .words = {"PUT", key}});
  EXPECT_TRUE(seq) << seq.error().to_string();
  return seq.value_or(Seq{});
}

// Durable when it returns.
inline Seq put_durably(storage::Store& store, TableId table, const std::string& key,
                       const std::string& value) {
  const Seq seq = put(store, table, key, value);
  store.end_turn(true);
  // At once, unless the journal was just busy with a watermark: then its thread has the turn.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (store.durable_seq() < seq && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(store.durable_seq(), seq);
  return seq;
}

inline std::optional<std::string> get(storage::Transaction& txn, TableId table,
                                      const std::string& key) {
  const auto value = txn.get(table, key);
  EXPECT_TRUE(value) << value.error().to_string();
  if (!value || !*value) return std::nullopt;
  return std::string(**value);
}

inline RowMap all_rows(storage::Transaction& txn, TableId table) {
  RowMap rows;
  auto cursor = txn.scan(table);
  EXPECT_TRUE(cursor);
  auto on = (*cursor)->seek("");
  for (; on && *on; on = (*cursor)->next()) {
    rows.emplace((*cursor)->key(), (*cursor)->value());
  }
  EXPECT_TRUE(on) << on.error().to_string();
  return rows;
}

inline void add_rows(storage::Digest& digest, TableId table, const RowMap& rows) {
  for (const auto& [key, value] : rows) digest.add(table, key, value);
}

// Turns the store until `condition` holds, sleeping until it wakes us; false after half a minute.
class StoreTurner {
 public:
  // The store outlives this.
  explicit StoreTurner(storage::Store& store) : store_(store) {
    store.on_progress([this] {
      const std::scoped_lock lock(mutex_);
      ++wakes_;
      changed_.notify_all();
    });
  }
  ~StoreTurner() { store_.on_progress({}); }

  template <typename Condition>
  bool until(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (true) {
      const int seen = wakes();
      store_.end_turn(false);
      if (condition()) return true;
      std::unique_lock lock(mutex_);
      const bool woken = changed_.wait_until(lock, deadline, [&] { return wakes_ != seen; });
      if (!woken) return false;
    }
  }
  int wakes() {
    const std::scoped_lock lock(mutex_);
    return wakes_;
  }

 private:
  storage::Store& store_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int wakes_ = 0;
};

}  // namespace holdfast::test
