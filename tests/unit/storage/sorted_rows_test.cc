#include "storage/sorted_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>

namespace holdfast::storage {
namespace {

using SortedModel = std::map<std::string, std::optional<std::string>>;

// Keys that are ascending, scattered, longer than a prefix, or differ in zeros at their end.
std::string random_key(std::mt19937_64& random, int i) {
  switch (random() % 4) {
    case 0:
      return "ascending" + std::to_string(1'000'000 + i);
    case 1:
      return std::to_string(random() % 3000);
    case 2:
      return "the same first sixteen bytes" + std::to_string(random() % 500);
    default:
      return std::string(1 + random() % 20, '\0');
  }
}

void expect_equal(const SortedRows& rows, const SortedModel& model) {
  SortedRows::Position at;
  for (const auto& [key, value] : model) {
    const SortedRows::Row* row = rows.at(at);
    ASSERT_NE(row, nullptr);
    ASSERT_EQ(row->key(), key);
    ASSERT_EQ(row->erased(), !value.has_value());
    ASSERT_EQ(row->value(), value.value_or(""));
    at = rows.next(at);
  }
  ASSERT_EQ(rows.at(at), nullptr);
  for (auto row = model.rbegin(); row != model.rend(); ++row) {
    ASSERT_TRUE(rows.step_back(at));
    ASSERT_EQ(rows.at(at)->key(), row->first);
  }
  ASSERT_FALSE(rows.step_back(at));
}

TEST(SortedRows, HoldsWhatAMapHolds) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    Arena arena(1 << 16);
    SortedRows rows;
    SortedModel model;
    for (int i = 0; i < 8000; ++i) {
      const std::string key = random_key(random, i);
      const bool fresh = !model.contains(key);
      SortedRows::Written written;
      if (random() % 4 == 0) {
        written = rows.erase(arena, key);
        model[key] = std::nullopt;
      } else {
        const std::string value(random() % 50, static_cast<char>(random()));
        written = rows.put(arena, key, value);
        model[key] = value;
      }
      ASSERT_EQ(written.inserted, fresh);
      ASSERT_TRUE(fresh || !written.apart);
    }
    expect_equal(rows, model);
    for (int i = 0; i < 2000; ++i) {
      const std::string key = random_key(random, i);
      const auto expected = model.lower_bound(key);
      const SortedRows::Row* row = rows.at(rows.lower_bound(key));
      ASSERT_EQ(row == nullptr, expected == model.end());
      if (row == nullptr) continue;
      ASSERT_EQ(row->key(), expected->first);
      ASSERT_EQ(rows.find(key) != nullptr, model.contains(key));
    }
  }
}

TEST(KeyPrefix, NearKeysAreThoseWithinAPageOfNumbers) {
  const auto prefix = [](unsigned char last) {
    std::string key = "1234567_ and more";
    key[7] = static_cast<char>(last);
    return KeyPrefix(key);
  };
  EXPECT_TRUE(prefix(100).near(prefix(100)));
  EXPECT_TRUE(prefix(100).near(prefix(164)));
  EXPECT_TRUE(prefix(164).near(prefix(100)));
  EXPECT_FALSE(prefix(100).near(prefix(165)));
  EXPECT_FALSE(prefix(165).near(prefix(100)));
  EXPECT_FALSE(KeyPrefix("a").near(KeyPrefix("b")));
}

TEST(SortedRows, EmptyOnesHaveNoRows) {
  SortedRows rows;
  SortedRows::Position at = rows.lower_bound("");
  EXPECT_EQ(rows.at(at), nullptr);
  EXPECT_FALSE(rows.step_back(at));
  EXPECT_EQ(rows.find("key"), nullptr);
}

}  // namespace
}  // namespace holdfast::storage
