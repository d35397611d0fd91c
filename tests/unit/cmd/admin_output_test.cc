// Answers of the maintenance shell in a pipe: a line a row, words that a person reads.

#include "cmd/terminal/admin_output.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace holdfast::cmd {
namespace {

using admin::Json;

std::string written(const Page& page, bool json, const std::function<void(AdminOutput&)>& write) {
  char* bytes = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&bytes, &size);
  {
    AdminOutput output(stream, page, json, false);
    write(output);
  }
  std::fclose(stream);
  std::string text(bytes, size);
  std::free(bytes);
  return text;
}

// What a pipe gets of a table with one column.
std::string piped(const Json& value, bool json = false) {
  return written({.laid_out = false, .colour = false, .columns = 80}, json,
                 [&](AdminOutput& output) {
                   output.table({"value"});
                   output.row({{"value", value}});
                 });
}

TEST(AdminOutput, ItemsAreUnitsWithTheirFate) {
  const Json items = {{{"item", 1}, {"offering", "gala"}, {"unit", "F11"}, {"price", 8000}},
                      {{"item", 2}, {"offering", "gala"}, {"unit", "F12"}, {"state", "cancelled"}}};
  EXPECT_EQ(piped(items), "value\ngala/F11,gala/F12(cancelled)\n");
  EXPECT_EQ(piped(items, true), Json({{"value", items}}).dump() + "\n");
}

TEST(AdminOutput, OfAReservationThatIsTooWideUnitsAndGuestStay) {
  const std::vector<std::string> names = {"locator",  "status",  "payment", "until", "total",
                                          "currency", "account", "guest",   "items", "party"};
  const Json row = {{"locator", "MZWYHA"},
                    {"status", "held"},
                    {"payment", "none"},
                    {"until", "2026-11-25T13:27:07Z"},
                    {"total", 16000},
                    {"currency", "USD"},
                    {"account", "ana"},
                    {"guest", "Ana Ruiz"},
                    {"items", "gala/F11,gala/F12"},
                    {"party", 4}};
  const std::string text =
      written({.laid_out = true, .colour = false, .columns = 80}, false, [&](AdminOutput& output) {
        output.table(names);
        output.row(row);
      });
  EXPECT_NE(text.find("gala/F11,gala/F12"), std::string::npos) << text;
  EXPECT_NE(text.find("Ana Ruiz"), std::string::npos) << text;
  EXPECT_NE(text.find("left out, for want of room: party, account"), std::string::npos) << text;
}

TEST(AdminOutput, OfWhatMustStayWholeNothingIsCutOrLeftOut) {
  const std::string long_text(70, 'x');
  const auto drawn = [&](std::size_t columns) {
    return written({.laid_out = true, .colour = false, .columns = columns}, false,
                   [&](AdminOutput& output) {
                     output.whole_table({"rule", "record", "expected", "found"});
                     output.row({{"rule", "occupancy.overlap"},
                                 {"record", "occupancy 1/0/0"},
                                 {"expected", long_text + "1"},
                                 {"found", long_text + "2"}});
                     output.table({"value"});  // which may be cut again
                     output.row({{"value", std::string(200, 'y')}});
                   });
  };
  const std::string narrow = drawn(80);
  for (const std::string& whole :
       {"rule      occupancy.overlap\n" + std::string("record    occupancy 1/0/0\n"),
        "expected  " + long_text + "1\n", "found     " + long_text + "2\n"}) {
    EXPECT_NE(narrow.find(whole), std::string::npos) << narrow;
  }
  EXPECT_EQ(narrow.find("left out"), std::string::npos) << narrow;
  EXPECT_EQ(narrow.find(std::string(100, 'y')), std::string::npos) << narrow;
  const std::string wide = drawn(200);
  EXPECT_EQ(wide.find("rule               record"), 0U) << wide;
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
