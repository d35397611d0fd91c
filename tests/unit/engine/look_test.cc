#include "engine/commands/look.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/occupancy.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

class LookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::string_view line :
         {"PLAN CREATE hall rows=A-B seats=1-6 type=stalls aisle=2 + units=C1-C4 per_row=4 "
          "type=circle + units=Box type=box",
          "OFFERING CREATE gala plan=hall axis=event currency=USD price=0 "
          "prices=stalls:8000,circle:6000",
          "OFFERING CREATE inn plan=ten axis=nights currency=USD price=5000",
          "OFFERING CREATE coach plan=ten axis=legs stops=A,B,C currency=INR price=400",
          "OFFERING CREATE bus plan=ten axis=event currency=USD price=200 demand=2:5"}) {
      ASSERT_EQ(code(line), "OK") << line;
    }
  }

  std::string code(std::string_view line) { return machine_.code(agent_, line); }
  std::string field(std::string_view line, std::string_view name) {
    return machine_.field(agent_, line, name);
  }
  // "name=value name=value" of each row of a list, or of a list in a record.
  std::vector<std::string> rows(std::string_view line, std::string_view list = "") {
    const auto reply = machine_.run(agent_, line);
    if (!reply) return {reply.error().to_string()};
    const Value* value = &reply->value;
    if (!list.empty()) value = std::get<Record>(value->data).find(list);
    std::vector<std::string> texts;
    for (const Value& row : std::get<List>(value->data)) {
      std::string text;
      for (const auto& [name, field] : std::get<Record>(row.data).fields) {
        text += (text.empty() ? "" : " ") + std::string(name) + "=" + test::text_of(field);
      }
      texts.push_back(text);
    }
    return texts;
  }

  test::Machine machine_;
  Session& agent_ = machine_.connect_as_admin();
};

using Rows = std::vector<std::string>;

TEST_F(LookTest, AvailCountsFreeUnitsByType) {
  ASSERT_EQ(code("HOLD gala A1 A2 C1"), "OK");
  EXPECT_EQ(field("AVAIL gala", "units"), "17");
  EXPECT_EQ(field("AVAIL gala", "free"), "14");
  EXPECT_EQ(rows("AVAIL gala", "types"),
            (Rows{"type=stalls units=12 free=10 price=8000",
                  "type=circle units=4 free=3 price=6000", "type=box units=1 free=1 price=0"}));
  EXPECT_EQ(field("AVAIL gala type=circle", "free"), "3");
  EXPECT_EQ(field("AVAIL gala type=circle n=2", "first"), "C2,C3");
  EXPECT_EQ(code("AVAIL gala type=balcony"), "NOTFOUND");
}

TEST_F(LookTest, AvailOfASpanCountsWhatIsFreeThroughoutIt) {
  ASSERT_EQ(code("HOLD inn 1 nights=2026-12-01..2026-12-03"), "OK");
  EXPECT_EQ(field("AVAIL inn nights=2026-12-02..2026-12-05", "free"), "9");
  EXPECT_EQ(field("AVAIL inn nights=2026-12-03..2026-12-05", "free"), "10");
  EXPECT_EQ(field("AVAIL inn nights=2026-12-03..", "nights"), "2026-12-03..");
  EXPECT_EQ(code("AVAIL inn"), "ARGS");
  EXPECT_EQ(code("AVAIL inn nights=2026-12-03..2026-12-01"), "BADVALUE");
}

TEST_F(LookTest, AvailOfNamedUnitsTellsTheirState) {
  ASSERT_EQ(code("HOLD gala A1"), "OK");
  ASSERT_EQ(code("BOOK gala A2"), "OK");
  EXPECT_EQ(rows("AVAIL gala A1 A2 C1"), (Rows{"unit=A1 type=stalls state=held price=8000",
                                               "unit=A2 type=stalls state=booked price=8000",
                                               "unit=C1 type=circle state=free price=6000"}));
  EXPECT_EQ(code("AVAIL gala Z9"), "NOTFOUND");
  EXPECT_EQ(code("AVAIL gala A1 n=3"), "ARGS");
}

TEST_F(LookTest, MapDrawsALineForEachRow) {
  ASSERT_EQ(code("HOLD gala A1 A2"), "OK");
  ASSERT_EQ(code("BOOK gala B3 C4"), "OK");
  EXPECT_EQ(rows("MAP gala", "rows"), (Rows{"row=A type=stalls first=A1 last=A6 seats=HH|....",
                                            "row=B type=stalls first=B1 last=B6 seats=..|B...",
                                            "row=3 type=circle first=C1 last=C4 seats=...B",
                                            "row=4 type=box labels=Box seats=."}));
  EXPECT_EQ(field("MAP gala", "units"), "17");
  EXPECT_EQ(field("MAP gala", "free"), "13");
  EXPECT_EQ(field("MAP gala", "held"), "2");
  EXPECT_EQ(field("MAP gala", "booked"), "2");
  EXPECT_EQ(field("MAP gala", "next"), "");
}

TEST_F(LookTest, MapGoesOnWhereAPageEnded) {
  ASSERT_EQ(code("BOOK gala A1 C4"), "OK");
  EXPECT_EQ(field("MAP gala n=2", "next"), "2");
  EXPECT_EQ(rows("MAP gala n=1 after=2", "rows"),
            (Rows{"row=3 type=circle first=C1 last=C4 seats=...B"}));
  EXPECT_EQ(field("MAP gala n=1 after=2", "units"), "4");
  EXPECT_EQ(field("MAP gala n=1 after=2", "free"), "3");
  EXPECT_EQ(field("MAP gala n=1 after=2", "booked"), "1");
  EXPECT_EQ(rows("MAP gala after=4", "rows"), Rows{});
  EXPECT_EQ(code("MAP gala n=0"), "BADVALUE");
  EXPECT_EQ(code("MAP gala after=-1"), "BADVALUE");
}

TEST_F(LookTest, MapOfASpanShowsWhatOverlapsIt) {
  ASSERT_EQ(code("HOLD coach 1 legs=A-B"), "OK");
  EXPECT_EQ(rows("MAP coach legs=A-C", "rows").front(),
            "row=1 type=seat first=1 last=5 seats=H....");
  EXPECT_EQ(rows("MAP coach legs=B-C", "rows").front(),
            "row=1 type=seat first=1 last=5 seats=.....");
  EXPECT_EQ(code("MAP coach legs=B-D"), "NOTFOUND");
}

TEST_F(LookTest, MapWithoutASpanListsTheTakenSpans) {
  ASSERT_EQ(code("HOLD inn 2 nights=2026-12-01..2026-12-03"), "OK");
  ASSERT_EQ(code("BOOK inn 2 nights=2026-12-05..2026-12-06"), "OK");
  ASSERT_EQ(code("BOOK inn 9 nights=2026-12-05.."), "OK");
  EXPECT_EQ(rows("MAP inn", "spans"), (Rows{"unit=2 nights=2026-12-01..2026-12-03 state=held",
                                            "unit=2 nights=2026-12-05..2026-12-06 state=booked",
                                            "unit=9 nights=2026-12-05.. state=booked"}));
  EXPECT_EQ(rows("MAP inn", "rows").front(), "row=1 type=seat first=1 last=5 seats=.B...");
}

TEST_F(LookTest, MapWithoutASpanEndsItsPageWhenTheListIsFull) {
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 28; ++day) {
      const std::string line = "BOOK inn 1 2 3 6 nights=" +
                               fmt::format("2027-{0:02}-{1:02}..2027-{2:02}-{3:02}", month, day,
                                           day == 28 ? month % 12 + 1 : month, day % 28 + 1);
      if (month == 12 && day == 28) continue;
      ASSERT_EQ(code(line), "OK") << line;
    }
  }
  EXPECT_EQ(field("MAP inn", "next"), "1");
  EXPECT_EQ(rows("MAP inn", "spans").size(), 335U * 3);
  EXPECT_EQ(rows("MAP inn", "rows").size(), 1U);
  EXPECT_EQ(rows("MAP inn after=1", "spans").size(), 335U);
}

TEST_F(LookTest, MapWithoutASpanIsRefusedWhenOneRowHasTooManySpans) {
  // As many bookings one by one would take long. The offerings are numbered as they were made.
  const OfferingId inn{3};
  const auto txn = machine_.store().begin();
  for (std::int32_t day = 0; day < 10'001; ++day) {
    const Unit unit{static_cast<std::uint32_t>(day) % 5};
    ASSERT_TRUE(take(*txn, inn, unit, {20'000 + day, 20'001 + day}, {1}, 1, UnitState::kBooked));
  }
  ASSERT_TRUE(machine_.store().commit(*txn, {}));
  const auto refused = machine_.run(agent_, "MAP inn");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kLimit);
  EXPECT_EQ(refused.error().message(),
            "more than 10000 spans are taken up to row \"1\", ask with nights=");
  EXPECT_EQ(code("MAP inn after=1"), "OK");
  EXPECT_EQ(code("MAP inn nights=2026-12-01..2026-12-03"), "OK");
}

TEST_F(LookTest, QuotePricesWhatHoldWouldTakeAndTakesNothing) {
  const std::string_view quote = "QUOTE gala A1 C1 + inn n=1 nights=2026-12-01..2026-12-03";
  EXPECT_EQ(field(quote, "total"), "24000");
  EXPECT_EQ(rows(quote, "items"),
            (Rows{"offering=gala unit=A1 rate=8000 price=8000",
                  "offering=gala unit=C1 rate=6000 price=6000",
                  "offering=inn unit=1 nights=2026-12-01..2026-12-03 rate=5000 price=10000"}));
  EXPECT_EQ(field("AVAIL gala", "free"), "17");
  EXPECT_EQ(code("QUOTE gala A1 price=8000"), "OK");
  EXPECT_EQ(code("QUOTE gala A1 price=7999"), "PRICECHANGED");
  EXPECT_EQ(field("QUOTE gala A1 price=7999", "actual"), "8000");
}

TEST_F(LookTest, QuoteRefusesWhatHoldWouldRefuse) {
  ASSERT_EQ(code("HOLD gala A1"), "OK");
  EXPECT_EQ(code("QUOTE gala A1"), "TAKEN");
  EXPECT_EQ(code("QUOTE gala type=box n=2"), "SOLDOUT");
  EXPECT_EQ(code("QUOTE gala n=7 together"), "NOTTOGETHER");
  EXPECT_EQ(code("QUOTE gala A2 A2"), "BADVALUE");
  EXPECT_EQ(code("QUOTE gala A2 + coach 1 legs=A-B"), "BADVALUE");
  EXPECT_EQ(code("QUOTE gala"), "ARGS");
  EXPECT_EQ(code("QUOTE gala A2 n=1"), "ARGS");
  EXPECT_EQ(code("QUOTE gala n=0"), "BADVALUE");
  EXPECT_EQ(code("QUOTE gala n=201"), "BADVALUE");
}

TEST_F(LookTest, TheDemandRuleCountsWhoeverAsks) {
  EXPECT_EQ(field("QUOTE bus 1", "total"), "200");
  std::vector<Session*> watching;
  for (int i = 0; i < 2; ++i) {
    watching.push_back(&machine_.connect());
    ASSERT_EQ(machine_.code(*watching.back(), "WATCH bus"), "OK");
  }
  EXPECT_EQ(field("QUOTE bus 1", "total"), "230");
  EXPECT_EQ(field("HOLD bus 1 price=230", "total"), "230");
  machine_.engine().close_session(watching[0]->id);
  EXPECT_EQ(field("QUOTE bus 2", "total"), "200");
}

}  // namespace
}  // namespace holdfast::engine
