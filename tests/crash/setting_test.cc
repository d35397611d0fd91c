#include "tests/support/setting.h"

#include <gtest/gtest.h>

#include <set>

namespace holdfast::test {
namespace {

constexpr const char* kName = "HOLDFAST_TEST_SETTING";

std::uint64_t read_as(const char* text) {
  ::setenv(kName, text, 1);
  return setting(kName, 7, 1, 100);
}

TEST(Setting, IsTheDefaultOnlyWhenItIsNotSet) {
  ::unsetenv(kName);
  EXPECT_EQ(setting(kName, 7, 1, 100), 7U);
  EXPECT_EQ(read_as("12"), 12U);
}

TEST(Setting, WhatIsNoNumberInItsBoundsIsAnError) {
  for (const char* text : {"", "0", "101", "12x", "x", "-1", " 5"}) {
    EXPECT_THROW(read_as(text), std::runtime_error) << text;
  }
  ::unsetenv(kName);
}

TEST(SeedSetting, IsTheSameInEveryRunUnlessItIsGivenOrDrawn) {
  ::unsetenv(kName);
  EXPECT_EQ(seed_setting(kName), seed_setting(kName));
  ::setenv(kName, "18446744073709551615", 1);
  EXPECT_EQ(seed_setting(kName), 18446744073709551615U);
  ::setenv(kName, "drawn", 1);
  EXPECT_THROW(seed_setting(kName), std::runtime_error);
  ::setenv(kName, "draw", 1);
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 8; ++i) drawn.insert(seed_setting(kName));
  EXPECT_GT(drawn.size(), 1U);
  ::unsetenv(kName);
}

}  // namespace
}  // namespace holdfast::test
