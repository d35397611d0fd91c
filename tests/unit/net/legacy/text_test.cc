#include "net/legacy/text.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace holdfast::net::legacy {
namespace {

struct Row {
  std::string text;
  std::optional<std::int64_t> number;
};

class PythonInt : public testing::TestWithParam<Row> {};

TEST_P(PythonInt, IsTakenAsPythonTakesIt) {
  EXPECT_EQ(parse_int(GetParam().text), GetParam().number)
      << testing::PrintToString(GetParam().text);
}

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// The right column is what int() of Python 3.11 says.
INSTANTIATE_TEST_SUITE_P(
    Numbers, PythonInt,
    testing::Values(Row{"7", 7}, Row{"007", 7}, Row{"00", 0}, Row{"-0", 0}, Row{"+12", 12},
                    Row{"-3", -3}, Row{" \t\n\v\f\r12\r\n", 12}, Row{"0_9", 9}, Row{"1_0_0", 100},
                    Row{"0_0", 0}, Row{"\xef\xbc\x91\xef\xbc\x90", 10},  // fullwidth 1 0
                    Row{"\xd9\xa3"
                        "4",
                        34},                                     // Arabic-Indic 3
                    Row{"\xf0\x9d\x9f\x98\xf0\x9d\x9f\xa1", 9},  // mathematical 0 9
                    Row{"\xe3\x80\x80"
                        "1\xc2\xa0",
                        1},  // ideographic, no-break
                    Row{"\xc2\x85 1", 1}, Row{"\xef\xbc\x91\x1f", 1}));

INSTANTIATE_TEST_SUITE_P(BeyondEveryBound, PythonInt,
                         testing::Values(Row{"9223372036854775807", kMost},
                                         Row{"9223372036854775808", kMost},
                                         Row{std::string(1000, '9'), kMost},
                                         Row{"-" + std::string(1000, '9'), -kMost}));

INSTANTIATE_TEST_SUITE_P(
    NoNumbers, PythonInt,
    testing::Values(Row{"", {}}, Row{" ", {}}, Row{"+", {}}, Row{"-", {}}, Row{"_1", {}},
                    Row{"1_", {}}, Row{"1__0", {}}, Row{"+_1", {}}, Row{"+ 1", {}}, Row{"+-1", {}},
                    Row{"--1", {}}, Row{"1 2", {}}, Row{"2.5", {}}, Row{"1e1", {}}, Row{"0x0b", {}},
                    Row{"0b1", {}}, Row{"seven", {}}, Row{std::string("1\0", 2), {}},
                    Row{"1\x1f", {}}, Row{"1\x1c", {}},  // blanks for str, not for int() of ASCII
                    Row{"\xc2\xb2", {}},                 // superscript two
                    Row{"1\xe2\x80\x8b", {}},            // zero-width space
                    Row{"1\xff", {}}, Row{"\xef\xbc", {}}));

TEST(LegacyText, EveryScriptHasItsTenDigits) {
  int digits = 0;
  int sum = 0;
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    const auto digit = decimal_digit(point);
    if (!digit) continue;
    ++digits;
    sum += *digit;
  }
  EXPECT_EQ(digits, 660);
  EXPECT_EQ(sum, 66 * 45);
  EXPECT_EQ(decimal_digit('0'), 0);
  EXPECT_EQ(decimal_digit('9'), 9);
  EXPECT_EQ(decimal_digit('9' + 1), std::nullopt);
  EXPECT_EQ(decimal_digit(0x1d7ff), 9);
  EXPECT_EQ(decimal_digit(0x0f2a), std::nullopt);  // Tibetan half one: a digit, not a decimal one
}

TEST(LegacyText, BlanksAreThoseOfPython) {
  EXPECT_EQ(stripped(" \t\x1c a b\xe2\x80\x83\r\n"), "a b");
  EXPECT_EQ(stripped("\xe3\x80\x80 "), "");
  EXPECT_EQ(stripped(""), "");
  EXPECT_EQ(stripped("\xe2\x80\x8b"), "\xe2\x80\x8b");
  EXPECT_EQ(stripped(" \xff "), "\xff");
}

TEST(LegacyText, TheLastFieldIsTheOneBehindTheLastBlank) {
  EXPECT_EQ(last_field("book 1 book\t2 \n"), "2");
  EXPECT_EQ(last_field("book"), "book");
  EXPECT_EQ(last_field("book\xc2\xa0"
                       "12"),
            "12");
  EXPECT_EQ(last_field(" "), "");
}

TEST(LegacyText, CodePointsAreCountedNotBytes) {
  EXPECT_EQ(count_code_points("\xc5\xbdofie"), 5U);
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("a\xff"), 2U);
}

TEST(LegacyText, Utf8IsTold) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8(std::string("a\0\xc5\xbd", 4)));
  EXPECT_FALSE(is_utf8("a\xff"));
  EXPECT_FALSE(is_utf8("\xc5"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
}

TEST(LegacyText, AMessageIsWhatOneReadBrought) {
  const Message message = first_message("display");
  EXPECT_EQ(message.text, "display");
  EXPECT_EQ(message.consumed, 7U);
  EXPECT_FALSE(message.too_long);
}

TEST(LegacyText, OrEndsAtALineEnd) {
  const Message first = first_message("book 1\r\nbook 2");
  EXPECT_EQ(first.text, "book 1");
  EXPECT_EQ(first.consumed, 8U);
  EXPECT_EQ(first_message("\n").text, "");
  EXPECT_EQ(first_message("\n").consumed, 1U);
  EXPECT_EQ(first_message("a\rb\r").text, "a\rb");
}

TEST(LegacyText, AMessageHasABound) {
  EXPECT_FALSE(first_message(std::string(kMaxMessageBytes, 'x')).too_long);
  EXPECT_FALSE(first_message(std::string(kMaxMessageBytes, 'x') + "\nexit").too_long);
  const Message message = first_message(std::string(kMaxMessageBytes + 1, 'x') + "\nexit");
  EXPECT_TRUE(message.too_long);
  EXPECT_EQ(message.consumed, kMaxMessageBytes + 2);
}

}  // namespace
}  // namespace holdfast::net::legacy
