#include "engine/tables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/support/memory_store.h"

namespace holdfast::engine {
namespace {

TEST(Tables, EveryTableHasItsOwnNumberAndName) {
  std::set<std::uint8_t> numbers;
  std::set<std::string_view> names;
  for (const storage::TableSpec& spec : table_specs()) {
    EXPECT_TRUE(numbers.insert(spec.id.value).second) << spec.name;
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_LT(spec.id.value, storage::kMaxTables);
  }
  EXPECT_EQ(numbers.size(), 22U);
}

TEST(Keys, BytesAreOrderedAsTheNumbersAre) {
  const std::int32_t numbers[] = {INT32_MIN, -1, 0, 1, 255, 256, INT32_MAX};
  std::string before;
  for (const std::int32_t number : numbers) {
    const Key key = Key().u32(7).i32(number);
    EXPECT_LT(before, key.view()) << number;
    before = key.view();
  }
  EXPECT_LT(Key().time({-1}).view(), Key().time({0}).view());
}

TEST(Keys, AReaderTakesApartWhatAKeyPutTogether) {
  Key key;
  key.u8(1).u16(2).u32(3).u64(4).i32(-5).time({-6});
  KeyReader reader(key.view());
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 2);
  EXPECT_EQ(reader.u32(), 3U);
  EXPECT_EQ(reader.u64(), 4U);
  EXPECT_EQ(reader.i32(), -5);
  EXPECT_EQ(reader.time(), Time{-6});
  EXPECT_TRUE(reader.ok());
}

TEST(Keys, AShortOrLongKeyIsNoticed) {
  KeyReader short_key("abc");
  EXPECT_EQ(short_key.i32(), 0);
  EXPECT_FALSE(short_key.ok());
  KeyReader long_key("abcde");
  long_key.u32();
  EXPECT_FALSE(long_key.ok());
}

TEST(Rows, AnOfferingOfTheFirstVersionIsNotDropped) {
  OfferingRow row;
  row.name = "gala";
  row.created_us = 7;
  row.dropped = true;
  std::string bytes = storage::encode(row);
  EXPECT_TRUE(storage::decode<OfferingRow>(bytes)->dropped);
  bytes.pop_back();  // the field that the second version has added
  bytes[0] = 1;
  const auto old = storage::decode<OfferingRow>(bytes);
  ASSERT_TRUE(old) << old.error().to_string();
  EXPECT_EQ(old->name, "gala");
  EXPECT_EQ(old->created_us, 7);
  EXPECT_FALSE(old->dropped);
}

TEST(NextNumber, CountsFromOneAndOnlyCommitsCount) {
  test::MemoryStore store;
  {
    const auto dropped = store.begin();
    EXPECT_EQ(next_number(*dropped, "plan"), 1U);
  }
  const auto txn = store.begin();
  EXPECT_EQ(next_number(*txn, "plan"), 1U);
  EXPECT_EQ(next_number(*txn, "plan"), 2U);
  EXPECT_EQ(next_number(*txn, "offering"), 1U);
}

TEST(NextNumber, ADamagedCounterIsCorruption) {
  test::MemoryStore store;
  const auto txn = store.begin();
  ASSERT_TRUE(txn->put(kMeta, "plan", "abc"));
  const auto number = next_number(*txn, "plan");
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code(), Code::kCorruption);
}

// What a server of before, which kept no id, has left while a provider was asked.
TEST(Rows, APendingPaymentOfVersionOneHasNoRequest) {
  const std::string bytes("\x01\x03\x00\x00\x00tok", 8);
  const auto row = storage::decode<PendingPaymentRow>(bytes);
  ASSERT_TRUE(row) << row.error().to_string();
  EXPECT_EQ(row->token, "tok");
  EXPECT_EQ(row->id, "");
  EXPECT_EQ(row->account, 0U);
}

}  // namespace
}  // namespace holdfast::engine
