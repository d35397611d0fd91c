#include "net/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> split(std::string_view line) {
  const auto words = split_words(line);
  EXPECT_TRUE(words) << line;
  return words ? *words : std::vector<std::string>{};
}

TEST(Words, AreSeparatedByBlanksAndTabs) {
  EXPECT_THAT(split("  HOLD gala\tF11  F12 "), ElementsAre("HOLD", "gala", "F11", "F12"));
}

TEST(Words, ABlankLineHasNone) {
  EXPECT_THAT(split(""), IsEmpty());
  EXPECT_THAT(split(" \t "), IsEmpty());
}

TEST(Words, DoubleQuotesTakeBlanksAndEscapes) {
  EXPECT_THAT(split(R"(guest="Ana \"Anita\" Ruiz" "a\\b\n\x41")"),
              ElementsAre("guest=Ana \"Anita\" Ruiz", "a\\b\nA"));
}

TEST(Words, SingleQuotesAreLiteral) {
  EXPECT_THAT(split(R"(note='50 % "off" \n' '')"), ElementsAre(R"(note=50 % "off" \n)", ""));
}

TEST(Words, QuotedAndPlainWordsKeepTheirOrder) {
  EXPECT_THAT(split(R"(a "b c" d 'e f' g="h i" j)"),
              ElementsAre("a", "b c", "d", "e f", "g=h i", "j"));
}

TEST(Words, AQuoteMustBeClosedAndEndTheWord) {
  for (const char* line : {R"("open)", "'open", R"(a="b)", R"("a"b)", "'a'b", R"("a""b")"}) {
    const auto words = split_words(line);
    ASSERT_FALSE(words) << line;
    EXPECT_EQ(words.error().code(), Code::kSyntax);
    EXPECT_THAT(words.error().message(), HasSubstr("quote"));
  }
}

TEST(Words, UnknownAndUnfinishedEscapesAreErrors) {
  for (const char* line : {R"("\q")", R"("\x4")", R"("\x4g")", R"("\)", R"("\x)"}) {
    EXPECT_FALSE(split_words(line)) << line;
  }
}

TEST(Words, PlainWordsAreViewsIntoTheLine) {
  const std::string line = "SHOW H7QK2M";
  std::vector<std::string_view> words;
  std::string unquoted;
  ASSERT_TRUE(split_words(line, words, unquoted));
  EXPECT_EQ(words[1].data(), line.data() + 5);
}

TEST(Words, ManyQuotedWordsStayWhereTheyWerePut) {
  std::string line;
  for (int i = 0; i < 500; ++i) line += "\"w " + std::to_string(i) + "\" ";
  const auto words = split(line);
  ASSERT_EQ(words.size(), 500U);
  EXPECT_EQ(words.front(), "w 0");
  EXPECT_EQ(words.back(), "w 499");
}

TEST(Words, WhatIsQuotedSplitsBackToItself) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> words(1 + random() % 4);
    std::string line;
    for (std::string& word : words) {
      const std::size_t size = random() % 12;
      for (std::size_t i = 0; i < size; ++i) word += static_cast<char>(random() % 256);
      line += quote_word(word) + " ";
    }
    ASSERT_EQ(split(line), words) << line;
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(Words, OnlyPlainTextGoesWithoutQuotes) {
  EXPECT_EQ(quote_word("F11"), "F11");
  EXPECT_EQ(quote_word("Müller"), "Müller");
  EXPECT_EQ(quote_word(""), "\"\"");
  EXPECT_EQ(quote_word("a b"), "\"a b\"");
  EXPECT_EQ(quote_word("a\r\n"), R"("a\x0d\n")");
}

}  // namespace
}  // namespace holdfast::net
