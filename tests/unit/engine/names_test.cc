#include "engine/names.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::engine {
namespace {

TEST(Names, LettersOfAnyScriptDigitsAndThreeMarksArePossible) {
  for (const std::string_view name : {"gala", "12A", "T-1_2.x", "Jardín", "庭園", "Überraum"}) {
    EXPECT_TRUE(check_name("label", name, 32)) << name;
  }
}

TEST(Names, WhatCannotBeTypedOrSeenAgainIsRefused) {
  const std::string nul("a\0b", 3);
  for (const std::string_view name :
       {std::string_view(""), std::string_view("a b"), std::string_view("a=b"),
        std::string_view("+"), std::string_view("a,b"), std::string_view("a/b"),
        std::string_view("\"a\""), std::string_view(nul), std::string_view("a\x7f"),
        std::string_view("a\u00a0b"), std::string_view("a\u200bb"), std::string_view("a\u202eb"),
        std::string_view("\xff"), std::string_view("\xc0\xaf"), std::string_view("\xed\xa0\x80"),
        std::string_view("a\xc3")}) {
    const auto checked = check_name("label", name, 32);
    ASSERT_FALSE(checked) << name;
    EXPECT_EQ(checked.error().code(), Code::kBadValue) << name;
  }
}

TEST(Names, LengthCountsInBytes) {
  EXPECT_TRUE(check_name("label", "éé", 4));
  const auto longer = check_name("label", "ééé", 4);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code(), Code::kLimit);
}

}  // namespace
}  // namespace holdfast::engine
