#include "cmd/terminal/page.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast::cmd {
namespace {

TEST(Page, WidthIsInColumnsNotBytes) {
  EXPECT_EQ(display_width("Ana"), 3U);
  EXPECT_EQ(display_width("José"), 4U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // a combining accent takes no column
  EXPECT_EQ(display_width("\xff\xfe"), 2U);
}

TEST(Page, PaddingFillsColumns) {
  EXPECT_EQ(pad_right("José", 6), "José  ");
  EXPECT_EQ(pad_left("12", 4), "  12");
  EXPECT_EQ(centred("ab", 5), " ab  ");
  EXPECT_EQ(pad_left("longer", 3), "longer");
}

TEST(Page, TextOfOthersCannotSteerTheTerminal) {
  EXPECT_EQ(printable("a\033[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(printable("one\ntwo\t\r"), "one\\ntwo\\t\\x0d");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");
  EXPECT_EQ(printable("José é"), "José é");
}

TEST(Page, InkIsOnlyOnPagesWithColour) {
  EXPECT_EQ(painted({.laid_out = true, .colour = false}, Ink::kRed, "x"), "x");
  EXPECT_EQ(painted({.laid_out = true, .colour = true}, Ink::kRed, "x"), "\033[31mx\033[0m");
  EXPECT_EQ(painted({.laid_out = true, .colour = true}, Ink::kRed, ""), "");
}

TEST(Page, APipeIsBareWithoutColour) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const auto page = Page::of(ends[1]);
  EXPECT_FALSE(page.laid_out);
  EXPECT_FALSE(page.colour);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Wrapped, BreaksAtBlanksAndNowhereElse) {
  const Page page{.laid_out = true, .colour = false, .columns = 10};
  EXPECT_EQ(wrapped(page, "one two", 2), "one two");
  EXPECT_EQ(wrapped(page, "one two three four", 2), "one two\n  three\n  four");
  EXPECT_EQ(wrapped(page, "a [longer|than|the|page] b", 2), "a\n  [longer|than|the|page]\n  b");
  EXPECT_EQ(wrapped({}, "one two three four five", 2), "one two three four five");
}

}  // namespace
}  // namespace holdfast::cmd
