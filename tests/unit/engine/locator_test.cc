#include "engine/locator.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/tables.h"
#include "tests/support/memory_store.h"

namespace holdfast::engine {
namespace {

TEST(Locator, NamesOneReservationAndIsFoundAgain) {
  const Locators locators(0x1234567890abcdef);
  std::set<std::string> seen;
  for (std::uint64_t number = 1; number <= 20'000; ++number) {
    const std::string locator = locators.format({number});
    EXPECT_EQ(locator.size(), 6U);
    EXPECT_TRUE(seen.insert(locator).second) << locator;
    const auto parsed = locators.parse(locator);
    ASSERT_TRUE(parsed) << locator;
    EXPECT_EQ(parsed->value, number);
  }
}

TEST(Locator, NeighboursDoNotLookAlike) {
  const Locators locators(1);
  int same = 0;
  for (std::uint64_t number = 1; number < 1000; ++number) {
    const std::string a = locators.format({number});
    const std::string b = locators.format({number + 1});
    for (std::size_t i = 0; i < a.size(); ++i) same += a[i] == b[i] ? 1 : 0;
  }
  // Chance: one of 32 of 5994 places, 187.
  EXPECT_LT(same, 300);
}

TEST(Locator, HasNoLookAlikes) {
  const Locators locators(2);
  for (std::uint64_t number = 1; number < 2000; ++number) {
    EXPECT_EQ(locators.format({number}).find_first_of("01IO"), std::string::npos);
  }
}

TEST(Locator, CaseDoesNotMatter) {
  const Locators locators(3);
  std::string locator = locators.format({77});
  for (char& letter : locator) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  EXPECT_EQ(locators.parse(locator)->value, 77U);
}

TEST(Locator, AnotherKeyGivesOthers) {
  EXPECT_NE(Locators(1).format({5}), Locators(2).format({5}));
}

TEST(Locator, LargeNumbersHaveEightCharacters) {
  const Locators locators(4);
  const std::uint64_t first_long = std::uint64_t{1} << 30;
  EXPECT_EQ(locators.format({first_long - 1}).size(), 6U);
  for (const std::uint64_t number : {first_long, first_long + 1, (first_long << 10) - 1}) {
    const std::string locator = locators.format({number});
    EXPECT_EQ(locator.size(), 8U);
    EXPECT_EQ(locators.parse(locator)->value, number);
  }
}

TEST(Locator, WhatIsNoneIsRefused) {
  const Locators locators(5);
  for (const std::string_view text : {"", "ABCDE", "ABCDEFG", "ABCDE0", "ABCDE!", "ABCDEFGHJ"}) {
    const auto parsed = locators.parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), Code::kBadValue) << text;
  }
}

TEST(Locator, KeyIsMadeOnceAndKept) {
  test::MemoryStore store;
  std::uint64_t key = 0;
  {
    const auto txn = store.begin();
    ASSERT_EQ(*read_locator_key(*txn), std::nullopt);
    key = *make_locator_key(*txn);
    ASSERT_TRUE(store.commit(*txn, {}));
  }
  const auto txn = store.begin();
  EXPECT_EQ(*read_locator_key(*txn), key);
}

}  // namespace
}  // namespace holdfast::engine
