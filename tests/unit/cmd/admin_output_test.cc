// Answers of the maintenance shell in a pipe: a line a row, words that a person reads.

#include "cmd/terminal/admin_output.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace holdfast::cmd {
namespace {

using admin::Json;

// What a pipe gets of a table with one column.
std::string piped(const Json& value, bool json = false) {
  char* bytes = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&bytes, &size);
  {
    AdminOutput output(stream, {.laid_out = false, .colour = false, .columns = 80}, json, false);
    output.table({"value"});
    output.row({{"value", value}});
  }
  std::fclose(stream);
  std::string text(bytes, size);
  std::free(bytes);
  return text;
}

TEST(AdminOutput, ItemsAreUnitsWithTheirFate) {
  const Json items = {{{"item", 1}, {"offering", "gala"}, {"unit", "F11"}, {"price", 8000}},
                      {{"item", 2}, {"offering", "gala"}, {"unit", "F12"}, {"state", "cancelled"}}};
  EXPECT_EQ(piped(items), "value\ngala/F11,gala/F12(cancelled)\n");
  EXPECT_EQ(piped(items, true), Json({{"value", items}}).dump() + "\n");
}

TEST(AdminOutput, OtherRecordsWithinARowAreNamesAndValues) {
  EXPECT_EQ(piped({{{"type", "stalls"}, {"minor", 5}}, {{"type", "box"}, {"minor", 7}}}),
            "value\ntype=stalls minor=5,type=box minor=7\n");
  EXPECT_EQ(piped(Json::object()), "value\n\n");
  EXPECT_EQ(piped(nullptr), "value\n\n");
  EXPECT_EQ(piped(true), "value\nyes\n");
}

}  // namespace
}  // namespace holdfast::cmd
