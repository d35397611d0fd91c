// Data directories of earlier programs are opened by this one and hold what they held.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "engine/tables.h"
#include "migrations/carrying_up.h"
#include "migrations/registry.h"
#include "storage/local_store.h"
#include "tests/support/temp_directory.h"

namespace holdfast::migrations {
namespace {

std::filesystem::path golden(std::uint32_t version) {
  return std::filesystem::path(HOLDFAST_SOURCE_ROOT) / "tests/golden" / fmt::format("v{}", version);
}

// What is in a store, as expected.txt has it: the seq, the digest of the base, the number of rows
// of each table that its version had, and the words of every command in the journal.
std::string describe(storage::Store& store, const Schema& schema) {
  const auto stats = store.stats();
  auto text = fmt::format("seq {}\ndigest {:016x}{:016x}\n", stats.last_seq.value, stats.digest[0],
                          stats.digest[1]);
  {
    const auto txn = store.begin();
    for (const auto& table : schema.tables) {
      const auto cursor = txn->scan(table.id);
      EXPECT_TRUE(cursor.has_value());
      std::size_t rows = 0;
      for (auto on_row = (*cursor)->seek(""); on_row && *on_row; on_row = (*cursor)->next()) ++rows;
      text += fmt::format("rows {} {}\n", table.name, rows);
    }
  }
  const auto replayed = store.replay({}, [&](const storage::RecordView& record) {
    text += fmt::format("record {} {}\n", record.seq.value, fmt::join(record.words, " "));
    return true;
  });
  EXPECT_TRUE(replayed.has_value()) << replayed.error().to_string();
  return text;
}

class Golden : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Golden, IsOpenedAndHoldsWhatItHeld) {
  test::TempDirectory directory;
  std::filesystem::copy(golden(GetParam()) / "data", directory / "data",
                        std::filesystem::copy_options::recursive);
  storage::LocalStoreOptions options;
  options.directory = (directory / "data").string();
  options.tables = current().tables;
  options.schema_version = current().version;
  options.journal.segment_bytes = 64 * 1024;
  options.base.map_bytes = 64 << 20;
  auto store = storage::LocalStore::open(options);
  ASSERT_TRUE(store.has_value()) << store.error().to_string();
  EXPECT_EQ((*store)->schema_version(), GetParam());
  ASSERT_TRUE(carry_up(**store).has_value());
  EXPECT_EQ((*store)->schema_version(), current().version);
  EXPECT_EQ(describe(**store, registry()[GetParam() - 1]),
            test::read_file(golden(GetParam()) / "expected.txt"));
  EXPECT_TRUE((*store)->close().has_value());
}

// Every version has one: whoever adds a schema makes its golden directory.
INSTANTIATE_TEST_SUITE_P(Versions, Golden, testing::Range(1U, current().version + 1));

}  // namespace
}  // namespace holdfast::migrations
