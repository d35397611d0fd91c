#include "engine/words.h"

#include <gtest/gtest.h>

namespace holdfast::engine {
namespace {

TEST(EngineWords, CompareWithoutCase) {
  EXPECT_TRUE(equal_words("plan", "PLAN"));
  EXPECT_FALSE(equal_words("plan", "PLANS"));
  EXPECT_FALSE(equal_words("pl@n", "pl`n"));
}

TEST(EngineWords, CaseIsChangedOfAsciiLettersOnly) {
  EXPECT_EQ(upper("sell-\xc3\xb1"), "SELL-\xc3\xb1");
  EXPECT_EQ(lower("SELL-\xc3\x91"), "sell-\xc3\x91");
}

TEST(EngineWords, ChoicesAreFoundWhole) {
  EXPECT_EQ(find_choice("open|closed", "CLOSED"), "closed");
  EXPECT_EQ(find_choice("open|closed", "open"), "open");
  EXPECT_FALSE(find_choice("open|closed", "clo"));
  EXPECT_FALSE(find_choice("open|closed", ""));
  EXPECT_FALSE(find_choice("open|closed", "open|closed"));
}

TEST(EngineWords, CodePointsAreReadAtTheirLength) {
  const std::string text = "a\xc3\xb1\xe2\x82\xac\xf0\x9f\x98\x80";
  std::size_t at = 0;
  for (const std::uint32_t point : {0x61U, 0xf1U, 0x20acU, 0x1f600U}) {
    EXPECT_EQ(next_code_point(text, at), point);
  }
  EXPECT_EQ(at, text.size());
}

TEST(EngineWords, WhatIsNoUtf8IsNotStepped) {
  for (const std::string_view bytes :
       {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xc3\x28"}) {
    std::size_t at = 0;
    EXPECT_FALSE(next_code_point(bytes, at));
    EXPECT_EQ(at, 0U);
  }
}

}  // namespace
}  // namespace holdfast::engine
