#include "engine/commands/stock.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

class StockTest : public ::testing::Test {
 protected:
  std::string code(std::string_view line) { return machine_.code(manager_, line); }
  std::string field(std::string_view line, std::string_view name) {
    return machine_.field(manager_, line, name);
  }
  // The briefs of the rows of a listing, joined.
  std::string listed(std::string_view line) {
    const auto reply = machine_.run(manager_, line);
    return reply ? test::text_of(reply->value) : reply.error().to_string();
  }

  test::Machine machine_;
  Session& manager_ = machine_.connect_as_admin();
};

TEST_F(StockTest, APlanIsCreatedSectionBySectionAndShown) {
  EXPECT_EQ(field("PLAN CREATE gala rows=A-F seats=1-30 type=stalls aisle=10,20 + rows=G-N "
                  "seats=1-30 type=circle aisle=10,20",
                  "units"),
            "420");
  EXPECT_EQ(field("PLAN SHOW gala", "types"), "stalls,circle");
  EXPECT_EQ(field("PLAN SHOW gala", "sections"),
            "rows=A-F seats=1-30 type=stalls aisle=10,20,rows=G-N seats=1-30 type=circle "
            "aisle=10,20");
  EXPECT_EQ(listed("PLAN LIST"), "gala,ten");
  EXPECT_EQ(listed("PLAN LIST n=1"), "gala");
  EXPECT_EQ(listed("PLAN LIST after=gala"), "ten");
}

TEST_F(StockTest, APlanThatExistsOrMakesNoSenseIsRefused) {
  EXPECT_EQ(code("PLAN CREATE ten units=1-4"), "EXISTS");
  EXPECT_EQ(code("PLAN CREATE"), "ARGS");
  EXPECT_EQ(code("PLAN CREATE hall"), "ARGS");
  EXPECT_EQ(code("PLAN CREATE units=1-4"), "ARGS");
  EXPECT_EQ(code("PLAN CREATE hall units=1-4 + attic units=5-9"), "ARGS");
  EXPECT_EQ(code("PLAN CREATE hall units=1-4 colour=red"), "ARGS");
  EXPECT_EQ(code("PLAN CREATE hall units=1-4 + units=4-9"), "BADVALUE");
  EXPECT_EQ(code("PLAN CREATE hall/a units=1-4"), "BADVALUE");
  EXPECT_EQ(code("PLAN CREATE hall units=4-1"), "BADVALUE");
  EXPECT_EQ(code("PLAN CREATE hall units=1-9999999"), "LIMIT");
  EXPECT_EQ(code("PLAN SHOW hall"), "NOTFOUND");
  EXPECT_EQ(machine_.store().records().size(), 1U);  // the shop's
}

TEST_F(StockTest, AMillionUnitsAreCreatedAndSoldAtOnce) {
  ASSERT_EQ(code("PLAN CREATE yard units=1-1000000"), "OK");
  ASSERT_EQ(code("OFFERING CREATE yard plan=yard axis=event currency=USD price=100"), "OK");
  EXPECT_EQ(field("BOOK yard n=1", "status"), "confirmed");
  EXPECT_EQ(field("AVAIL yard", "free"), "999999");
}

TEST_F(StockTest, AnOfferingShowsItsRules) {
  ASSERT_EQ(code("OFFERING CREATE gala plan=ten axis=event currency=USD prices=seat:8000 "
                 "pay=first hold=5m cap=2h zone=Europe/Madrid starts=2027-05-14T20:00 demand=2:5"),
            "OK");
  const auto shown = [&](std::string_view name) { return field("OFFERING SHOW gala", name); };
  EXPECT_EQ(shown("plan"), "ten");
  EXPECT_EQ(shown("axis"), "event");
  EXPECT_EQ(shown("state"), "open");
  EXPECT_EQ(shown("units"), "10");
  EXPECT_EQ(shown("prices"), "seat:8000");
  EXPECT_EQ(shown("pay"), "first");
  EXPECT_EQ(shown("hold"), "300s");
  EXPECT_EQ(shown("cap"), "7200s");
  EXPECT_EQ(shown("zone"), "Europe/Madrid");
  EXPECT_EQ(shown("starts"), "2027-05-14T20:00");
  EXPECT_EQ(shown("demand"), "2:5");
  EXPECT_EQ(listed("OFFERING LIST"), "gala,show");
}

TEST_F(StockTest, EachAxisHasItsOwnOptions) {
  EXPECT_EQ(
      field("OFFERING CREATE coach plan=ten axis=legs currency=USD price=1 stops=A,B,C", "stops"),
      "A,B,C");
  EXPECT_EQ(
      field("OFFERING CREATE bistro plan=ten axis=slots currency=USD price=1 slot=15m", "slot"),
      "15m");
  EXPECT_EQ(field("OFFERING CREATE lunch plan=ten axis=slots currency=USD price=1", "slot"), "30m");
  EXPECT_EQ(code("OFFERING CREATE x plan=ten axis=legs currency=USD"), "ARGS");
  EXPECT_EQ(code("OFFERING CREATE x plan=ten axis=nights currency=USD stops=A,B"), "ARGS");
  EXPECT_EQ(code("OFFERING CREATE x plan=ten axis=nights currency=USD slot=30m"), "ARGS");
  EXPECT_EQ(code("OFFERING CREATE x plan=ten axis=legs currency=USD stops=A,B "
                 "starts=2027-05-14T20:00"),
            "ARGS");
}

TEST_F(StockTest, AnOfferingThatMakesNoSenseIsRefused) {
  const auto create = [&](const std::string& options) {
    return code("OFFERING CREATE x " + options);
  };
  EXPECT_EQ(code("OFFERING CREATE show plan=ten axis=event currency=USD price=1"), "EXISTS");
  EXPECT_EQ(create("axis=event currency=USD"), "ARGS");
  EXPECT_EQ(create("plan=ten currency=USD"), "ARGS");
  EXPECT_EQ(create("plan=ten axis=event"), "ARGS");
  EXPECT_EQ(create("plan=attic axis=event currency=USD"), "NOTFOUND");
  EXPECT_EQ(create("plan=ten axis=weeks currency=USD"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=DOLLAR"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD zone=Mars/Base"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD price=-1"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD price=25.00"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD price=9999999999999"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD prices=balcony:1"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD pay=never"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD hold=2h cap=1h"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD starts=2027-02-30T20:00"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=event currency=USD demand=lots"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=legs currency=USD stops=A"), "LIMIT");
  EXPECT_EQ(create("plan=ten axis=legs currency=USD stops=A,A"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=legs currency=USD stops=A-1,B"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=slots currency=USD slot=50m"), "BADVALUE");
  EXPECT_EQ(create("plan=ten axis=slots currency=USD slot=90s"), "BADVALUE");
  std::string stops = "stops=A";
  for (int i = 0; i < 63; ++i) stops += ",a_stop_with_a_long_name" + std::to_string(i);
  EXPECT_EQ(create("plan=ten axis=legs currency=USD price=1 " + stops), "LIMIT");
}

TEST_F(StockTest, WhatIsMissingIsNamedAllAtOnce) {
  const auto message = [&](std::string_view line) {
    return std::string(machine_.run(manager_, line).error().message());
  };
  EXPECT_EQ(message("OFFERING CREATE"),
            "OFFERING CREATE needs offering, plan=, axis= and currency=");
  EXPECT_EQ(message("OFFERING CREATE x axis=event price=1"),
            "OFFERING CREATE needs plan= and currency=");
  EXPECT_EQ(message("FEED"), "FEED needs from=");
}

TEST_F(StockTest, NothingIsFreeByMistake) {
  ASSERT_EQ(code("PLAN CREATE hall units=1-4 type=stalls + units=Box1 type=box"), "OK");
  const std::string create = "OFFERING CREATE x plan=hall axis=event currency=USD ";
  EXPECT_EQ(code(create), "ARGS");
  EXPECT_EQ(field(create, "type"), "stalls");
  EXPECT_EQ(field(create + "prices=stalls:800", "type"), "box");
  EXPECT_EQ(code(create + "prices=stalls:800,box:0"), "OK");
  EXPECT_EQ(code("OFFERING CREATE y plan=hall axis=event currency=USD price=0"), "OK");
  EXPECT_EQ(code("OFFERING CREATE z plan=hall axis=event currency=USD price=5 prices=box:9"), "OK");
}

TEST_F(StockTest, APartyIsNoLargerThanItsTablesSeat) {
  ASSERT_EQ(code("PLAN CREATE room units=T1,T2 type=table capacity=4 + units=Bar type=seat"), "OK");
  ASSERT_EQ(code("OFFERING CREATE dinner plan=room axis=event currency=USD price=0"), "OK");
  Session& ana = machine_.connect();
  ASSERT_EQ(machine_.code(ana, "REGISTER ana \"open sesame\""), "OK");
  EXPECT_EQ(machine_.code(ana, "HOLD dinner T1 party=5"), "LIMIT");
  EXPECT_EQ(machine_.field(ana, "HOLD dinner T1 party=5", "capacity"), "4");
  EXPECT_EQ(machine_.code(ana, "HOLD dinner T1 + show 1 party=5"), "LIMIT");
  EXPECT_EQ(machine_.code(ana, "DRYRUN HOLD dinner T1 T2 party=8"), "OK");
  EXPECT_EQ(machine_.code(ana, "DRYRUN HOLD dinner T1 Bar party=9"), "OK");  // the bar says nothing
  EXPECT_EQ(machine_.code(ana, "HOLD dinner T1 party=4"), "OK");
  EXPECT_EQ(code("HOLD dinner T2 party=5"), "OK");  // staff
}

TEST_F(StockTest, APriceThatNobodyWouldPayIsRefused) {
  ASSERT_EQ(code("OFFERING ALTER show prices=seat:700"), "OK");
  EXPECT_EQ(code("OFFERING ALTER show price=900"), "ARGS");
  EXPECT_EQ(field("OFFERING ALTER show price=900", "prices"), "seat:700");
  EXPECT_EQ(field("OFFERING SHOW show", "price"), "1000");
  EXPECT_EQ(field("OFFERING ALTER show price=900 prices=seat:800", "price"), "900");
}

TEST_F(StockTest, AnAlteredPriceIsForWhatIsSoldFromNowOn) {
  const std::string before = field("BOOK show 1", "locator");
  EXPECT_EQ(field("OFFERING ALTER show price=1500", "price"), "1500");
  EXPECT_EQ(field("BOOK show 2", "total"), "1500");
  EXPECT_EQ(field("SHOW " + before, "total"), "1000");
  EXPECT_EQ(field("OFFERING ALTER show prices=seat:700", "prices"), "seat:700");
  EXPECT_EQ(field("OFFERING ALTER show prices=", "prices"), "");
  EXPECT_EQ(code("OFFERING ALTER show"), "ARGS");
  EXPECT_EQ(code("OFFERING ALTER opera price=1"), "NOTFOUND");
}

TEST_F(StockTest, ATypeThatAlterDoesNotNameKeepsItsPrice) {
  ASSERT_EQ(code("PLAN CREATE hall units=1-4 type=stalls + units=B1,B2 type=box"), "OK");
  ASSERT_EQ(code("OFFERING CREATE opera plan=hall axis=event currency=EUR "
                 "prices=stalls:4500,box:9000"),
            "OK");
  EXPECT_EQ(field("OFFERING ALTER opera prices=stalls:4000", "prices"), "stalls:4000,box:9000");
  EXPECT_EQ(field("BOOK opera B1", "total"), "9000");
  // One more type with a price of its own, beside the price of the rest.
  ASSERT_EQ(code("OFFERING CREATE play plan=hall axis=event currency=EUR price=100 prices=box:900"),
            "OK");
  EXPECT_EQ(field("OFFERING ALTER play prices=stalls:200", "prices"), "box:900,stalls:200");
  EXPECT_EQ(code("OFFERING ALTER play prices=balcony:1"), "BADVALUE");
}

TEST_F(StockTest, APlanWithoutANameIsToldHowItIsWritten) {
  EXPECT_EQ(code("PLAN CREATE"), "ARGS");
  EXPECT_EQ(field("PLAN CREATE", "usage").substr(0, 12), "PLAN CREATE ");
  EXPECT_EQ(field("PLAN CREATE units=1-3", "usage").substr(0, 12), "PLAN CREATE ");
}

TEST_F(StockTest, AClosedOfferingSellsNothingUntilItIsOpened) {
  EXPECT_EQ(field("OFFERING CLOSE show", "state"), "closed");
  EXPECT_EQ(code("HOLD show 1"), "CLOSED");
  EXPECT_EQ(field("OFFERING CLOSE show", "state"), "closed");
  EXPECT_EQ(field("OFFERING OPEN show", "state"), "open");
  EXPECT_EQ(code("HOLD show 1"), "OK");
}

TEST_F(StockTest, AnOfferingInUseIsNotDropped) {
  const std::string locator = field("HOLD show 3", "locator");
  EXPECT_EQ(field("OFFERING DROP show", "unit"), "3");
  EXPECT_EQ(code("OFFERING DROP show"), "STATE");
  ASSERT_EQ(code("RELEASE " + locator), "OK");
  EXPECT_EQ(code("OFFERING DROP show"), "OK");
  EXPECT_EQ(code("OFFERING SHOW show"), "NOTFOUND");
  EXPECT_EQ(code("HOLD show 3"), "NOTFOUND");
  EXPECT_EQ(code("OFFERING CREATE show plan=ten axis=nights currency=EUR price=0"), "OK");
  EXPECT_EQ(field("OFFERING SHOW show", "currency"), "EUR");
}

// Two offerings of one name, one after the other: each reservation keeps to its own.
TEST_F(StockTest, WhatWasSoldKeepsTheNamesOfADroppedOffering) {
  const std::string locator = field("BOOK show 3", "locator");
  ASSERT_EQ(code("CANCEL " + locator), "OK");
  ASSERT_EQ(code("OFFERING DROP show"), "OK");
  EXPECT_EQ(field("SHOW " + locator, "items"), "show/3(cancelled)");
  EXPECT_EQ(code("OFFERING SHOW show"), "NOTFOUND");
  EXPECT_EQ(code("LIST show"), "NOTFOUND");
  EXPECT_EQ(listed("OFFERING LIST"), "");
  ASSERT_EQ(code("OFFERING CREATE show plan=ten axis=nights currency=EUR price=0"), "OK");
  EXPECT_EQ(field("SHOW " + locator, "items"), "show/3(cancelled)");
  EXPECT_EQ(field("OFFERING SHOW show", "axis"), "nights");
  EXPECT_EQ(listed("LIST show"), "");
}

TEST_F(StockTest, AnOfferingThatWasNeverSoldLeavesNothing) {
  ASSERT_EQ(code("OFFERING CREATE spare plan=ten axis=event currency=USD price=1"), "OK");
  const auto rows = [&] {
    const auto txn = machine_.store().begin();
    const auto cursor = *txn->scan(kOfferings);
    std::size_t count = 0;
    for (bool more = *cursor->seek(""); more; more = *cursor->next()) ++count;
    return count;
  };
  EXPECT_EQ(rows(), 2U);
  ASSERT_EQ(code("OFFERING DROP spare"), "OK");
  EXPECT_EQ(rows(), 1U);
}

// The provider is asked about a hold that expires meanwhile, and whose offering is dropped.
TEST_F(StockTest, AHoldOfADroppedOfferingIsNotTakenUpAgain) {
  const std::string locator = field("HOLD show 3 ttl=1s", "locator");
  machine_.clock().passed_us = 2'000'000;
  machine_.turn();
  ASSERT_EQ(code("OFFERING DROP show"), "OK");
  EXPECT_EQ(code("PAY " + locator), "CLOSED");
}

TEST_F(StockTest, DryRunChangesNothing) {
  EXPECT_EQ(code("DRYRUN OFFERING ALTER show price=1"), "OK");
  EXPECT_EQ(field("OFFERING SHOW show", "price"), "1000");
  EXPECT_EQ(code("DRYRUN OFFERING DROP show"), "OK");
  EXPECT_EQ(code("OFFERING SHOW show"), "OK");
  EXPECT_EQ(code("DRYRUN PLAN CREATE hall units=1-9"), "OK");
  EXPECT_EQ(code("PLAN SHOW hall"), "NOTFOUND");
}

TEST_F(StockTest, StockIsForManagersAndLookingForAnybody) {
  Session& guest = machine_.connect();
  EXPECT_EQ(machine_.code(guest, "PLAN CREATE hall units=1-9"), "NOAUTH");
  EXPECT_EQ(machine_.code(guest, "OFFERING DROP show"), "NOAUTH");
  EXPECT_EQ(machine_.code(guest, "OFFERING LIST"), "OK");
  EXPECT_EQ(machine_.code(guest, "PLAN SHOW ten"), "OK");
  EXPECT_EQ(machine_.code(guest, "MAP show"), "OK");
}

// It is 10:00 in UTC, and 00:00 of the next day in Kiritimati.
TEST_F(StockTest, AnOfferingByDaysShowsWhichDayItIsThere) {
  ASSERT_EQ(code("OFFERING CREATE inn plan=ten axis=nights currency=USD price=1 pay=later"), "OK");
  EXPECT_EQ(field("OFFERING SHOW inn", "today"), "2026-12-01");
  ASSERT_EQ(code("OFFERING CREATE far plan=ten axis=slots currency=USD price=1 pay=later "
                 "zone=Pacific/Kiritimati"),
            "OK");
  EXPECT_EQ(field("OFFERING SHOW far", "today"), "2026-12-02");
  EXPECT_EQ(field("OFFERING SHOW show", "today"), "");
}

TEST_F(StockTest, AnOfferingShowsItsClientsAndWhatTheyMakeItCost) {
  ASSERT_EQ(code("OFFERING ALTER show demand=2:5"), "OK");
  EXPECT_EQ(field("OFFERING SHOW show", "clients"), "1");
  EXPECT_EQ(field("OFFERING SHOW show", "asking"), "1000");
  Session& first = machine_.connect_to("show");
  machine_.connect_to("show");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW show", "clients"), "2");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW show", "asking"), "1000");
  machine_.connect_to("show");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW show", "clients"), "3");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW show", "asking"), "1150");
  EXPECT_EQ(machine_.field(first, "BOOK show 1", "total"), "1150");
  EXPECT_EQ(field("OFFERING SHOW show", "clients"), "4");  // whoever looks is one more
}

// It is 10:00 in UTC and in Kolkata 15:30 of 2026-12-01.
class RollTest : public StockTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(code("OFFERING CREATE bus plan=ten axis=event currency=INR price=200 demand=2:5 "
                   "zone=Asia/Kolkata starts=2026-01-01T07:30"),
              "OK");
  }
};

TEST_F(RollTest, MakesTheDaysOfferingOnce) {
  ASSERT_EQ(code("OFFERING CLOSE bus"), "OK");
  EXPECT_EQ(field("OFFERING ROLL bus", "offering"), "bus-2026-12-01");
  const auto shown = [&](std::string_view name) {
    return field("OFFERING SHOW bus-2026-12-01", name);
  };
  EXPECT_EQ(shown("state"), "open");
  EXPECT_EQ(shown("plan"), "ten");
  EXPECT_EQ(shown("starts"), "2026-12-01T07:30");
  EXPECT_EQ(shown("zone"), "Asia/Kolkata");
  EXPECT_EQ(shown("demand"), "2:5");
  EXPECT_EQ(shown("price"), "200");
  const Seq before = machine_.store().last_seq();
  EXPECT_EQ(field("OFFERING ROLL bus", "already"), "1");
  EXPECT_EQ(field("OFFERING ROLL bus", "offering"), "bus-2026-12-01");
  EXPECT_EQ(machine_.store().last_seq(), before);
}

TEST_F(RollTest, GoesByTheVenuesDateOrTheOneGiven) {
  machine_.clock().passed_us = 9LL * 3600 * 1'000'000;  // 19:00 in UTC, past midnight in Kolkata
  EXPECT_EQ(field("OFFERING ROLL bus", "offering"), "bus-2026-12-02");
  EXPECT_EQ(field("OFFERING ROLL bus date=2027-02-28", "offering"), "bus-2027-02-28");
  EXPECT_EQ(code("OFFERING ROLL bus date=2027-02-29"), "BADVALUE");
  EXPECT_EQ(code("OFFERING ROLL nosuch"), "NOTFOUND");
}

TEST_F(RollTest, CustomersBuyUntilItBegins) {
  ASSERT_EQ(code("OFFERING ROLL bus"), "OK");  // begins at 07:30, now it is 15:30
  ASSERT_EQ(code("OFFERING ROLL bus date=2026-12-02"), "OK");
  Session& ana = machine_.connect();
  ASSERT_EQ(machine_.code(ana, "REGISTER ana \"open sesame\""), "OK");
  EXPECT_EQ(machine_.code(ana, "BOOK bus-2026-12-01 1"), "CLOSED");
  EXPECT_EQ(machine_.code(ana, "QUOTE bus-2026-12-01 1"), "CLOSED");
  EXPECT_EQ(machine_.field(ana, "HOLD bus-2026-12-01 1", "started"), "2026-12-01T07:30");
  EXPECT_EQ(code("BOOK bus-2026-12-01 1"), "OK");
  EXPECT_EQ(machine_.code(ana, "BOOK bus-2026-12-02 1"), "OK");
  machine_.clock().passed_us = (15LL * 60 + 59) * 60 * 1'000'000;  // 07:29 of the next day
  EXPECT_EQ(machine_.code(ana, "BOOK bus-2026-12-02 2"), "OK");
  machine_.clock().passed_us += 60LL * 1'000'000;
  EXPECT_EQ(machine_.code(ana, "BOOK bus-2026-12-02 3"), "CLOSED");
}

TEST_F(RollTest, ANameThatGrowsTooLongIsRefused) {
  const std::string name(54, 'x');
  ASSERT_EQ(code("OFFERING CREATE " + name + " plan=ten axis=event currency=INR price=1"), "OK");
  EXPECT_EQ(code("OFFERING ROLL " + name), "LIMIT");
}

TEST_F(RollTest, TheDateInBracesIsTodays) {
  EXPECT_EQ(code("MAP bus-{date}"), "NOTFOUND");
  EXPECT_EQ(field("MAP bus-{date}", "offering"), "bus-2026-12-01");
  EXPECT_EQ(code("MAP nosuch-{date}"), "NOTFOUND");
  ASSERT_EQ(code("OFFERING ROLL bus"), "OK");
  EXPECT_EQ(field("BOOK bus-{date} 1", "items"), "bus-2026-12-01/1");
  EXPECT_EQ(field("MAP bus-{date}", "offering"), "bus-2026-12-01");
  EXPECT_EQ(field("AVAIL bus-{date}", "free"), "9");
  EXPECT_EQ(code("LIST bus-{date}"), "OK");
  EXPECT_EQ(code("OFFERING CREATE bus-{date} plan=ten axis=event currency=INR"), "BADVALUE");
  ASSERT_EQ(code("OFFERING ROLL bus date=2026-12-02"), "OK");
  machine_.clock().passed_us = 9LL * 3600 * 1'000'000;
  EXPECT_EQ(field("AVAIL bus-{date}", "free"), "10");
  EXPECT_EQ(field("AVAIL bus-2026-12-01", "free"), "9");
}

TEST_F(RollTest, BoundSessionsFollowIntoTheNewDay) {
  ASSERT_EQ(code("OFFERING ROLL bus"), "OK");
  ASSERT_EQ(code("OFFERING ROLL bus date=2026-12-02"), "OK");
  Session& first = machine_.connect_to("bus-{date}");
  for (int more = 0; more < 2; ++more) machine_.connect_to("bus-{date}");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW bus-2026-12-01", "clients"), "3");
  machine_.clock().passed_us = 9LL * 3600 * 1'000'000;
  machine_.turn();
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW bus-2026-12-01", "clients"), "1");
  EXPECT_EQ(machine_.field(first, "OFFERING SHOW bus-{date}", "asking"), "230");
}

}  // namespace
}  // namespace holdfast::engine
