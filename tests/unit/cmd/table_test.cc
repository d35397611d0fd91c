#include "cmd/terminal/table.h"

#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

const Page kWide{.laid_out = true, .colour = false, .columns = 80};
const Page kBare{};

Table two_reservations() {
  return {.names = {"locator", "total", "guest"},
          .rows = {{{"H7QK2M"}, {.text = "360.00 USD", .right = true}, {"Ana"}},
                   {{"B2"}, {.text = "4.00 USD", .right = true}, {""}}}};
}

TEST(Table, ColumnsAreAlignedAndMoneyStandsRight) {
  EXPECT_EQ(draw_table(kWide, two_reservations()),
            "locator       total  guest\n"
            "-------  ----------  -----\n"
            "H7QK2M   360.00 USD  Ana\n"
            "B2         4.00 USD\n");
}

TEST(Table, IntoAPipeFieldsAreSeparatedByTabs) {
  EXPECT_EQ(draw_table(kBare, two_reservations()),
            "locator\ttotal\tguest\n"
            "H7QK2M\t360.00 USD\tAna\n"
            "B2\t4.00 USD\t\n");
}

TEST(Table, ANarrowPageDoesWithoutSomeColumnsAndSaysWhich) {
  auto narrow = kWide;
  narrow.columns = 20;
  EXPECT_EQ(draw_table(narrow, two_reservations()),
            "locator       total\n"
            "-------  ----------\n"
            "H7QK2M   360.00 USD\n"
            "B2         4.00 USD\n"
            "left out, for want of room: guest\n");
  auto table = two_reservations();
  table.spare = {"total"};
  EXPECT_EQ(draw_table(narrow, table),
            "locator  guest\n"
            "-------  -----\n"
            "H7QK2M   Ana\n"
            "B2\n"
            "left out, for want of room: total\n");
}

TEST(Table, WhereRoomIsShortEmptyColumnsGoFirst) {
  auto narrow = kWide;
  narrow.columns = 20;
  Table table{.names = {"key", "ended", "total", "damaged"},
              .rows = {{{"1"}, {""}, {"4000"}, {""}}, {{"2"}, {""}, {"16000"}, {""}}},
              .spare = {"total"}};
  EXPECT_EQ(draw_table(narrow, table),
            "key  ended  total\n"
            "---  -----  -----\n"
            "1           4000\n"
            "2           16000\n"
            "left out, for want of room: damaged\n");
  table.rows[1][3].text = "checksum";
  EXPECT_EQ(draw_table(narrow, table),
            "key  total  damaged\n"
            "---  -----  --------\n"
            "1    4000\n"
            "2    16000  checksum\n"
            "left out, for want of room: ended\n");
}

TEST(Table, WhatMustBeWholeIsAListWhereItDoesNotFit) {
  auto narrow = kWide;
  narrow.columns = 25;  // one less than it takes
  auto table = two_reservations();
  table.whole = true;
  EXPECT_EQ(draw_table(narrow, table).substr(0, 16), "locator  H7QK2M\n");
  narrow.columns = 26;
  EXPECT_EQ(draw_table(narrow, table), draw_table(kWide, table));
}

TEST(Table, LongTextIsCutBeforeAColumnIsLeftOut) {
  auto narrow = kWide;
  narrow.columns = 32;
  const Table table{.names = {"locator", "items"},
                    .rows = {{{"H7QK2M"}, {"express/12,grand/201,mealtime/Garden"}},
                             {{"B2"}, {"日本語日本語日本語日本語日本語"}},
                             {{"C3"}, {"gala/1"}}}};
  EXPECT_EQ(draw_table(narrow, table),
            "locator  items\n"
            "-------  -----------------------\n"
            "H7QK2M   express/12,grand/201,m…\n"
            "B2       日本語日本語日本語日本…\n"
            "C3       gala/1\n");
}

TEST(Table, WhereNotEvenTwoColumnsFitRowsBecomeLists) {
  auto narrow = kWide;
  narrow.columns = 12;
  EXPECT_EQ(draw_table(narrow, two_reservations()),
            "locator  H7QK2M\n"
            "total    360.00 USD\n"
            "guest    Ana\n"
            "\n"
            "locator  B2\n"
            "total    4.00 USD\n");
}

TEST(Table, WideCharactersKeepTheColumns) {
  const Table table{.names = {"guest", "unit"}, .rows = {{{"日本"}, {"1"}}, {{"Ana"}, {"2"}}}};
  EXPECT_EQ(draw_table(kWide, table),
            "guest  unit\n"
            "-----  ----\n"
            "日本   1\n"
            "Ana    2\n");
}

TEST(Table, ListsPadTheNames) {
  EXPECT_EQ(draw_list(kWide, {{"locator", {"H7QK2M"}}, {"seq", {"7"}}}),
            "locator  H7QK2M\nseq      7\n");
  EXPECT_EQ(draw_list(kBare, {{"locator", {"H7QK2M"}}, {"seq", {"7"}}}),
            "locator\tH7QK2M\nseq\t7\n");
}

}  // namespace
}  // namespace holdfast::cmd
