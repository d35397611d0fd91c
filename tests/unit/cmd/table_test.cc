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

TEST(Table, RowsTooWideForThePageBecomeLists) {
  auto narrow = kWide;
  narrow.columns = 20;
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
