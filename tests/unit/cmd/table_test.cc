#include "cmd/terminal/table.h"

#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

const Page kTerminal{.laid_out = true, .colour = false, .columns = 80};
const Page kPipe{};

Table sample() {
  return {.names = {"locator", "total", "guest"},
          .rows = {{{"H7QK2M"}, {.text = "360.00 USD", .right = true}, {"Ana"}},
                   {{"B2"}, {.text = "4.00 USD", .right = true}, {""}}}};
}

TEST(Table, ColumnsAreAlignedAndMoneyStandsRight) {
  EXPECT_EQ(draw_table(kTerminal, sample()),
            "locator       total  guest\n"
            "-------  ----------  -----\n"
            "H7QK2M   360.00 USD  Ana\n"
            "B2         4.00 USD\n");
}

TEST(Table, IntoAPipeFieldsAreSeparatedByTabs) {
  EXPECT_EQ(draw_table(kPipe, sample()),
            "locator\ttotal\tguest\n"
            "H7QK2M\t360.00 USD\tAna\n"
            "B2\t4.00 USD\t\n");
}

TEST(Table, RowsTooWideForThePageBecomeLists) {
  auto narrow = kTerminal;
  narrow.columns = 20;
  EXPECT_EQ(draw_table(narrow, sample()),
            "locator  H7QK2M\n"
            "total    360.00 USD\n"
            "guest    Ana\n"
            "\n"
            "locator  B2\n"
            "total    4.00 USD\n");
}

TEST(Table, WideCharactersKeepTheColumns) {
  const Table table{.names = {"guest", "unit"}, .rows = {{{"日本"}, {"1"}}, {{"Ana"}, {"2"}}}};
  EXPECT_EQ(draw_table(kTerminal, table),
            "guest  unit\n"
            "-----  ----\n"
            "日本   1\n"
            "Ana    2\n");
}

TEST(Table, ListsPadTheNames) {
  EXPECT_EQ(draw_list(kTerminal, {{"locator", {"H7QK2M"}}, {"seq", {"7"}}}),
            "locator  H7QK2M\nseq      7\n");
  EXPECT_EQ(draw_list(kPipe, {{"locator", {"H7QK2M"}}, {"seq", {"7"}}}),
            "locator\tH7QK2M\nseq\t7\n");
}

}  // namespace
}  // namespace holdfast::cmd
