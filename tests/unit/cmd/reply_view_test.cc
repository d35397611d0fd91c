#include "cmd/terminal/reply_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/terminal/map_reply.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using Kind = RespValue::Kind;

const Page kTerminal{.laid_out = true, .colour = false, .columns = 80};
const Page kPipe{};

RespValue text(std::string words) {
  return {.kind = Kind::kText, .text = std::move(words), .number = 0, .items = {}};
}
RespValue number(std::int64_t value) {
  return {.kind = Kind::kNumber, .text = std::to_string(value), .number = value, .items = {}};
}
RespValue list(std::vector<RespValue> items) {
  return {.kind = Kind::kList, .text = {}, .number = 0, .items = std::move(items)};
}
RespValue error(std::string words) {
  return {.kind = Kind::kError, .text = std::move(words), .number = 0, .items = {}};
}
RespValue record(std::vector<std::pair<std::string, RespValue>> fields) {
  RespValue value{.kind = Kind::kMap, .text = {}, .number = 0, .items = {}};
  for (auto& [name, field] : fields) {
    value.items.push_back(text(name));
    value.items.push_back(std::move(field));
  }
  return value;
}

RespValue reservation() {
  return record({{"locator", text("H7QK2M")},
                 {"status", text("held")},
                 {"total", number(36000)},
                 {"currency", text("USD")},
                 {"items", list({record({{"item", number(1)},
                                         {"offering", text("gala")},
                                         {"unit", text("F11")},
                                         {"price", number(8000)}})})},
                 {"seq", number(7)}});
}

TEST(ReplyView, ARecordIsAListWithMoneyInDigitsAndItsRowsBelow) {
  EXPECT_EQ(view_reply(kTerminal, reservation()),
            "locator  H7QK2M\n"
            "status   held\n"
            "total    360.00 USD\n"
            "seq      7\n"
            "\n"
            "item  offering  unit      price\n"
            "----  --------  ----  ---------\n"
            "   1  gala      F11   80.00 USD\n");
}

TEST(ReplyView, IntoAPipeAmountsStayInMinorUnits) {
  EXPECT_EQ(view_reply(kPipe, reservation()),
            "locator\tH7QK2M\nstatus\theld\ntotal\t36000\ncurrency\tUSD\nseq\t7\n"
            "\n"
            "item\toffering\tunit\tprice\n1\tgala\tF11\t8000\n");
}

TEST(ReplyView, RowsNeedNotHaveTheSameFields) {
  const auto rows = list({record({{"a", text("1")}}), record({{"b", text("2")}})});
  EXPECT_EQ(view_reply(kPipe, rows), "a\tb\n1\t\n\t2\n");
}

TEST(ReplyView, PricesByTypeAreShownInDigits) {
  const auto offering =
      record({{"currency", text("USD")}, {"prices", text("stalls:8000,circle:6000")}});
  EXPECT_EQ(view_reply(kTerminal, offering), "prices  stalls 80.00, circle 60.00 USD\n");
  EXPECT_THAT(view_reply(kPipe, offering), HasSubstr("prices\tstalls:8000,circle:6000\n"));
}

TEST(ReplyView, TheCurrencyStandsAloneWhereNoAmountHasIt) {
  const auto row = record({{"offering", text("gala")}, {"currency", text("USD")}});
  EXPECT_EQ(view_reply(kTerminal, list({row})),
            "offering  currency\n"
            "--------  --------\n"
            "gala      USD\n");
  EXPECT_EQ(view_reply(kTerminal, row), "offering  gala\ncurrency  USD\n");
  const auto with_rows =
      record({{"currency", text("USD")}, {"types", list({record({{"price", number(500)}})})}});
  EXPECT_EQ(view_reply(kTerminal, with_rows), "\n   price\n--------\n5.00 USD\n");
}

TEST(ReplyView, ReservationsFitOnAPageWithWhatPeopleLookFor) {
  auto row = record({{"locator", text("LNZSEK")},
                     {"status", text("confirmed")},
                     {"payment", text("paid")},
                     {"total", number(20400)},
                     {"currency", text("USD")},
                     {"paid", number(20400)},
                     {"transaction", text("910A2DEC89025CC1")},
                     {"items", text("express/12,grand/201,mealtime/Garden(cancelled)")}});
  EXPECT_EQ(view_reply(kTerminal, list({row})),
            "locator  status     payment       total        paid  items\n"
            "-------  ---------  -------  ----------  ----------  "
            "---------------------------\n"
            "LNZSEK   confirmed  paid     204.00 USD  204.00 USD  "
            "express/12,grand/201,mealt…\n"
            "left out, for want of room: transaction\n");
}

TEST(ReplyView, LongLinesOfTextAreBrokenAtBlanks) {
  Page narrow = kTerminal;
  narrow.columns = 12;
  EXPECT_EQ(view_reply(narrow, list({text("  one two three")})), "  one two\n      three\n");
  EXPECT_EQ(view_reply(kPipe, list({text("  one two three")})), "  one two three\n");
}

TEST(ReplyView, AChangeSaysWhatItsNumberIs) {
  const RespValue push{
      .kind = Kind::kPush,
      .text = {},
      .number = 0,
      .items = {text("change"), text("gala"), text("D9"), text(""), text("held"), number(66)}};
  EXPECT_EQ(view_push(kTerminal, push), "change gala D9 held seq 66\n");
  EXPECT_EQ(view_push(kPipe, push), "change\tgala\tD9\theld\t66\n");
}

TEST(ReplyView, ListsOfTextAreLines) {
  EXPECT_EQ(view_reply(kTerminal, list({text("one"), text("two")})), "one\ntwo\n");
}

TEST(ReplyView, EmptyListsSayThatThereIsNothingToPeopleOnly) {
  EXPECT_EQ(view_reply(kTerminal, list({})), "(none)\n");
  EXPECT_EQ(view_reply(kPipe, list({})), "");
}

TEST(ReplyView, TextKeepsItsLinesAndLosesItsControlCharacters) {
  EXPECT_EQ(view_reply(kTerminal, text("# store\r\nlast:\033[1m\r\n")), "# store\nlast:\\x1b[1m\n");
}

RespValue map_of_coach() {
  const auto row = [](const char* name, const char* first, const char* last, const char* seats) {
    return record({{"row", text(name)},
                   {"type", text("seat")},
                   {"first", text(first)},
                   {"last", text(last)},
                   {"seats", text(seats)}});
  };
  return record({{"offering", text("express")},
                 {"legs", text("BLR-MYS")},
                 {"state", text("open")},
                 {"rows", list({row("1", "1", "4", ".H|.B"), row("2", "5", "8", "..|X.")})}});
}

TEST(ReplyView, AMapIsDrawnForPeople) {
  EXPECT_EQ(view_reply(kTerminal, map_of_coach()),
            "express  legs=BLR-MYS\n"
            "\n"
            "  seat\n"
            "   1 H   3 B\n"
            "   5 6   X 8\n"
            "\n"
            "  number free 5   H held 1   B booked 1   X blocked 1\n");
  EXPECT_THAT(view_reply(kPipe, map_of_coach()), HasSubstr("seat\t1\t4\t.H|.B\n"));
}

TEST(MapReply, RowsWithLettersKeepThemAndLabelsCountUp) {
  const auto map = read_map_reply(record({{"offering", text("gala")},
                                          {"rows", list({record({{"row", text("A")},
                                                                 {"type", text("stalls")},
                                                                 {"first", text("A9")},
                                                                 {"last", text("A11")},
                                                                 {"seats", text("..|.")}})})}}));
  ASSERT_TRUE(map.has_value());
  ASSERT_EQ(map->rows.size(), 1U);
  EXPECT_EQ(map->rows[0].name, "A");
  EXPECT_THAT(map->rows[0].aisles, ElementsAre(2));
  ASSERT_EQ(map->rows[0].units.size(), 3U);
  EXPECT_EQ(map->rows[0].units[2].label, "A11");
}

TEST(MapReply, ListedLabelsAreTakenAsTheyAre) {
  const auto map =
      read_map_reply(record({{"rows", list({record({{"row", text("1")},
                                                    {"type", text("table")},
                                                    {"labels", list({text("Oak"), text("Elm")})},
                                                    {"seats", text(".B")}})})}}));
  ASSERT_TRUE(map.has_value());
  EXPECT_EQ(map->rows[0].units[1].label, "Elm");
  EXPECT_EQ(map->rows[0].units[1].state, "booked");
}

TEST(MapReply, OtherRepliesAreNoMaps) {
  EXPECT_FALSE(read_map_reply(reservation()).has_value());
  EXPECT_FALSE(read_map_reply(text("rows")).has_value());
  EXPECT_FALSE(read_map_reply(record({{"rows", number(4)}})).has_value());
}

TEST(Errors, AreTakenApart) {
  const auto words =
      parse_error("TAKEN unit \"F11\" is held unit=F11 note=\"two \\\"words\\\"\" seq=9");
  EXPECT_EQ(words.code, "TAKEN");
  EXPECT_EQ(words.message, "unit \"F11\" is held");
  EXPECT_THAT(words.fields,
              ElementsAre(Pair("unit", "F11"), Pair("note", "two \"words\""), Pair("seq", "9")));
}

TEST(Errors, AnAssignmentInsideTheMessageIsNoField) {
  const auto words = parse_error("BADVALUE currency=EUR does not fit");
  EXPECT_EQ(words.message, "currency=EUR does not fit");
  EXPECT_THAT(words.fields, IsEmpty());
}

TEST(Errors, OptionsThatTheMessageSpeaksOfAreNoFields) {
  const auto words = parse_error("ARGS X needs plan=, axis= and currency= usage=\"X ...\" seq=9");
  EXPECT_EQ(words.message, "X needs plan=, axis= and currency=");
  EXPECT_THAT(words.fields, ElementsAre(Pair("usage", "X ..."), Pair("seq", "9")));
  EXPECT_EQ(parse_error("ARGS X needs axis= seq=9").message, "X needs axis=");
  EXPECT_EQ(parse_error("ARGS give price=, cap= or demand= seq=9").message,
            "give price=, cap= or demand=");
  EXPECT_THAT(parse_error("STATE no note note=\"\" seq=9").fields,
              ElementsAre(Pair("note", ""), Pair("seq", "9")));
}

TEST(Errors, UsageIsBrokenAtBlanks) {
  Page narrow = kTerminal;
  narrow.columns = 24;
  EXPECT_EQ(view_error(narrow, error("ARGS few usage=\"HOLD offering [unit...] [n=NUMBER]\"")),
            "ARGS: few\nusage: HOLD offering\n    [unit...] [n=NUMBER]\n");
}

TEST(Errors, AreShownInWordsWithoutTheSeq) {
  EXPECT_EQ(view_error(kTerminal, error("TAKEN unit is held unit=F11 state=held seq=9")),
            "TAKEN: unit is held (unit F11, state held)\n");
  EXPECT_EQ(view_error(kTerminal, error("ARGS too few usage=\"HOLD offering [unit...]\" seq=9")),
            "ARGS: too few\nusage: HOLD offering [unit...]\n");
  EXPECT_EQ(view_error(kTerminal, error("PROTO")), "PROTO: \n");
}

TEST(Json, KeepsOrderTypesAndNesting) {
  EXPECT_EQ(view_json(reservation()),
            R"({"locator":"H7QK2M","status":"held","total":36000,"currency":"USD",)"
            R"("items":[{"item":1,"offering":"gala","unit":"F11","price":8000}],"seq":7})"
            "\n");
}

TEST(Json, IsOneLineWhateverTheTextHolds) {
  EXPECT_EQ(view_json(text("a\n\"b\"\t\x01")), "\"a\\n\\\"b\\\"\\t\\u0001\"\n");
  EXPECT_EQ(view_json(text("bad \xff byte")), "\"bad \xef\xbf\xbd byte\"\n");
  EXPECT_EQ(view_json({}), "null\n");
}

TEST(Json, ErrorsAreObjects) {
  EXPECT_EQ(view_json(error("TAKEN unit is held unit=F11 seq=9")),
            R"({"error":{"code":"TAKEN","message":"unit is held","unit":"F11","seq":9}})"
            "\n");
  EXPECT_EQ(view_json(error("TAKEN unit is held unit=12 seq=x")),
            R"({"error":{"code":"TAKEN","message":"unit is held","unit":"12","seq":"x"}})"
            "\n");
}

}  // namespace
}  // namespace holdfast::cmd
