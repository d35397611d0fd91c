#include "tests/crash/setting.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace holdfast::test
