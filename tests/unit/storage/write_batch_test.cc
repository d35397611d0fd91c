#include "storage/write_batch.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace holdfast::storage {
namespace {

constexpr TableId kTable{3};

TEST(WriteBatch, RowsAreOrderedByTableAndKeyHoweverTheyWereWritten) {
  WriteBatch batch;
  std::map<std::pair<std::uint8_t, std::string>, std::string> model;
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    const TableId table{static_cast<std::uint8_t>(random() % 3)};
    const std::string key = "k" + std::to_string(random() % 500);
    const std::string value = std::to_string(random());
    ASSERT_TRUE(batch.put(table, key, value, {}));
    model[{table.value, key}] = value;
  }
  ASSERT_EQ(batch.rows().size(), model.size());
  auto expected = model.begin();
  for (const WriteBatch::Row& row : batch.rows()) {
    EXPECT_EQ(row.table.value, expected->first.first);
    EXPECT_EQ(row.key, expected->first.second);
    EXPECT_EQ(row.value, expected->second);
    ++expected;
  }
}

TEST(WriteBatch, AViewOutlivesLaterWritesOfOtherRows) {
  WriteBatch batch;
  ASSERT_TRUE(batch.put(kTable, "first", "value of the first row", {}));
  const std::string_view value = batch.find(kTable, "first")->value;
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(batch.put(kTable, std::to_string(i), std::string(100, 'x'), {}));
  }
  EXPECT_EQ(value, "value of the first row");
}

TEST(WriteBatch, ARowCanBeWrittenWithItsOwnOldValue) {
  WriteBatch batch;
  ASSERT_TRUE(batch.put(kTable, "key", "old", {}));
  ASSERT_TRUE(batch.put(kTable, batch.find(kTable, "key")->key, batch.find(kTable, "key")->value,
                        PersonId{4}));
  EXPECT_EQ(batch.find(kTable, "key")->value, "old");
  EXPECT_EQ(batch.find(kTable, "key")->person, PersonId{4});
}

TEST(WriteBatch, RowsOutOfBoundsAreRefusedAndChangeNothing) {
  WriteBatch batch;
  EXPECT_EQ(batch.put(kTable, "", "v", {}).error().code(), Code::kLimit);
  EXPECT_EQ(batch.put(kTable, std::string(kMaxKeyBytes + 1, 'k'), "v", {}).error().code(),
            Code::kLimit);
  EXPECT_EQ(batch.put(kTable, "k", std::string(kMaxValueBytes + 1, 'v'), {}).error().code(),
            Code::kLimit);
  EXPECT_EQ(batch.erase(kTable, "", {}).error().code(), Code::kLimit);
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(
      batch.put(kTable, std::string(kMaxKeyBytes, 'k'), std::string(kMaxValueBytes, 'v'), {}));
}

TEST(WriteBatch, ClearForgetsRowsAndPersons) {
  WriteBatch batch;
  ASSERT_TRUE(batch.put(kTable, "key", "value", {}));
  batch.add_key({PersonId{1}, {}});
  batch.clear();
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.new_keys().empty());
  EXPECT_EQ(batch.find(kTable, "key"), nullptr);
}

}  // namespace
}  // namespace holdfast::storage
