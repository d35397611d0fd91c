#include "storage/memtable.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace holdfast::storage {
namespace {

constexpr TableId kTable{3};

TEST(Memtable, KeepsTheNewestOfEachRow) {
  Memtable memtable;
  std::mt19937_64 random(3);
  std::map<std::string, std::string> model;
  for (int i = 0; i < 20'000; ++i) {
    // Keys that share their first eight bytes, are shorter than them, or hold zeros.
    std::string key(random() % 12, random() % 2 == 0 ? '\0' : 'k');
    key += static_cast<char>(random() % 256);
    const std::string value(random() % 40, static_cast<char>(random() % 256));
    memtable.put(kTable, key, value);
    model[key] = value;
  }
  EXPECT_EQ(memtable.rows(), model.size());
  auto expected = model.begin();
  const auto compare = [&](TableId table, const Memtable::Row& row) -> Result<void> {
    EXPECT_EQ(table, kTable);
    EXPECT_EQ(row.key(), expected->first);
    EXPECT_EQ(row.value(), expected->second);
    ++expected;
    return {};
  };
  ASSERT_TRUE(memtable.for_each(compare));
  EXPECT_EQ(expected, model.end());
}

TEST(Memtable, ARowThatIsWrittenAgainAndAgainTakesNoMoreRoom) {
  Memtable memtable;
  memtable.put(kTable, "counter", "12345678");
  const std::uint64_t bytes = memtable.bytes();
  for (int i = 0; i < 1000; ++i) memtable.put(kTable, "counter", std::to_string(10'000'000 + i));
  EXPECT_EQ(memtable.bytes(), bytes);
  EXPECT_EQ(memtable.find(kTable, "counter")->value(), "10000999");
}

TEST(Memtable, AscendingRowsFillPagesAndScatteredOnesTouchThem) {
  Memtable ascending;
  Memtable scattered;
  Memtable::LeafPages base{};
  base[kTable.value] = 500;
  std::mt19937_64 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string number(8, '\0');
    number[6] = static_cast<char>(i / 256);
    number[7] = static_cast<char>(i % 256);
    ascending.put(kTable, number, "value");
    scattered.put(kTable, std::to_string(random()), "value");
  }
  EXPECT_LT(ascending.estimated_pages(base), 10u);
  EXPECT_GT(scattered.estimated_pages(base), 250u);
  base[kTable.value] = 20;  // a small table has no more pages than it has
  EXPECT_LT(scattered.estimated_pages(base), 40u);
}

TEST(Memtable, IsEmptyAfterClear) {
  Memtable memtable;
  memtable.put(kTable, "key", "value");
  memtable.clear();
  EXPECT_TRUE(memtable.empty());
  EXPECT_EQ(memtable.find(kTable, "key"), nullptr);
  memtable.put(kTable, "key", "other");
  EXPECT_EQ(memtable.find(kTable, "key")->value(), "other");
}

}  // namespace
}  // namespace holdfast::storage
