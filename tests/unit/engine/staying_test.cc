// CHECKIN, CHECKOUT: stays in nights, what is billed and what is given back. Today is 2026-12-01.

#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

std::string stay(Shop& shop, const std::string& what) {
  const auto locator = shop.open(shop.ana(), "BOOK " + what);
  EXPECT_EQ(shop.field(shop.ana(), "CHECKIN " + locator, "status"), "checked_in");
  return locator;
}

TEST(BookCheckIn, BooksAndBeginsTheStayInOneCommit) {
  Shop shop;
  const auto before = shop.store().last_seq();
  const auto locator = shop.open(shop.ana(), "BOOK inn upto=2 nights=2026-12-01.. checkin");
  EXPECT_EQ(shop.store().last_seq().value, before.value + 1);
  EXPECT_EQ(shop.status(locator), "checked_in");
  EXPECT_EQ(shop.history(locator),
            (std::vector{HistoryEvent::kConfirmed, HistoryEvent::kCheckedIn}));
  EXPECT_EQ(shop.field(shop.ana(), "CHECKIN " + locator, "already"), "1");
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD inn 2 nights=2026-12-05..2026-12-06", "state"), "booked");
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator, "total"), "10000");
}

TEST(BookCheckIn, StandsInAnyPartOfTheCommandAndNotWithHold) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 checkin + inn 1 nights=2026-12-01..");
  EXPECT_EQ(shop.status(locator), "checked_in");
  EXPECT_EQ(shop.code(shop.ana(), "BOOK show 2 checkin + show 3 checkin"), "ARGS");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 2 checkin"), "NOTFOUND");
}

TEST(BookCheckIn, NeedsPaymentFirstWhereTheOfferingSaysSo) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "BOOK gala 1 checkin"), "DENIED");
  EXPECT_EQ(shop.code(shop.agent(), "BOOK gala 1 checkin"), "OK");
}

TEST(PastDays, AreTheStaffsToSell) {
  Shop shop;
  const auto nights = "BOOK inn 1 nights=2026-11-30..2026-12-02";
  EXPECT_EQ(shop.code(shop.ana(), nights), "DENIED");
  EXPECT_EQ(shop.fact(shop.ana(), nights, "from"), "2026-11-30");
  EXPECT_EQ(shop.fact(shop.ana(), nights, "today"), "2026-12-01");
  EXPECT_EQ(shop.code(shop.agent(), nights), "OK");
  const auto slots = "BOOK bistro 1 at=2026-11-30T23:30/01:00";
  EXPECT_EQ(shop.code(shop.ana(), slots), "DENIED");
  EXPECT_EQ(shop.code(shop.guest(), "QUOTE bistro 1 at=2026-11-30T23:30/01:00"), "DENIED");
  EXPECT_EQ(shop.code(shop.agent(), slots), "OK");
}

TEST(PastDays, TodayIsNotOverBeforeMidnight) {
  Shop shop;  // it is 10:00
  EXPECT_EQ(shop.code(shop.ana(), "BOOK bistro 1 at=2026-12-01T08:00/09:00"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "BOOK inn 1 nights=2026-12-01..2026-12-02"), "OK");
}

TEST(CheckOut, OfAnOpenStayBillsTheNightsUntilToday) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 2 nights=2026-12-01..");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD inn 1 nights=2030-01-01..2030-01-02"), "TAKEN");
  shop.advance(3 * 86400);
  const auto bill = shop.run(shop.ana(), "CHECKOUT " + locator);
  ASSERT_TRUE(bill) << bill.error().to_string();
  EXPECT_EQ(field_of(*bill, "status"), "completed");
  EXPECT_EQ(field_of(*bill, "total"), "30000");
  EXPECT_EQ(field_of(*bill, "due"), "30000");
  EXPECT_EQ(shop.load(locator).items[0].row.price_minor, 15000);
  EXPECT_EQ(shop.rows(kOccupancy), 0U);
  EXPECT_EQ(shop.code(shop.agent(), "HOLD inn 1 nights=2026-12-01..2026-12-09"), "OK");
}

TEST(CheckOut, OnTheDayOfArrivalBillsOneNight) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..");
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator, "total"), "5000");
}

TEST(CheckIn, BeforeTheDayOfArrivalIsTheStaffs) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-10..2026-12-14");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "DENIED");
  EXPECT_EQ(shop.fact(shop.ana(), "CHECKIN " + locator, "checkin"), "2026-12-10");
  EXPECT_EQ(shop.fact(shop.ana(), "CHECKIN " + locator, "today"), "2026-12-01");
  EXPECT_EQ(shop.code(shop.ana(), "BOOK inn 2 nights=2026-12-02.. checkin"), "DENIED");
  EXPECT_EQ(shop.code(shop.agent(), "CHECKIN " + locator), "OK");
  EXPECT_EQ(shop.code(shop.agent(), "BOOK inn 2 nights=2026-12-02.. checkin"), "OK");
}

TEST(CheckIn, FromTheDayOnWhichTheFirstItemBegins) {
  Shop shop;
  const auto locator = shop.open(
      shop.ana(), "BOOK inn 1 nights=2026-12-10..2026-12-14 + bistro 1 at=2026-12-02T19:00/20:00");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "DENIED");
  shop.advance(86400);
  EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "OK");
}

TEST(CheckIn, IsOnTheDayOfThePlaceWhereTheStayBegins) {
  Shop shop;
  const auto locator = shop.open(
      shop.ana(), "BOOK lodge 1 nights=2026-12-02..2026-12-03 + inn 1 nights=2026-12-03..");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "DENIED");
  shop.advance(std::int64_t{9} * 3600);  // 00:30 at the lodge, 19:00 of the day before at the inn
  EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator), "OK");
}

TEST(CheckOut, BeforeTheDayOfArrivalIsRefused) {
  Shop shop;
  const auto locator = shop.open(shop.agent(), "BOOK inn 1 nights=2026-12-10..2026-12-14 checkin");
  EXPECT_EQ(shop.code(shop.agent(), "CHECKOUT " + locator), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.agent(), "CHECKOUT " + locator, "checkin"), "2026-12-10");
}

TEST(CheckOut, OfItemsThatEndOnTheirOwnDaysBillsEachUntilItsEnd) {
  Shop shop;
  const auto locator =
      stay(shop, "inn 1 nights=2026-12-01..2026-12-03 + inn 2 nights=2026-12-01..2026-12-05");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator + " date=2026-12-06"), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.ana(), "CHECKOUT " + locator + " date=2026-12-06", "item"), "2");
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator + " date=2026-12-05", "total"), "30000");
}

TEST(CheckOut, OnTheNamedDayOfArrivalBillsOneNight) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..");
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator + " date=2026-12-01", "total"), "5000");
  EXPECT_EQ(shop.load(locator).items[0].row.span.length(), 1);
}

TEST(CheckOut, NamingADayBeforeTheArrivalIsRefused) {
  Shop shop;
  const auto locator = shop.open(shop.agent(), "BOOK inn 1 nights=2026-12-10.. checkin");
  const auto line = "CHECKOUT " + locator + " date=2026-12-09";
  EXPECT_EQ(shop.code(shop.agent(), line), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.agent(), line, "checkin"), "2026-12-10");
  EXPECT_EQ(shop.fact(shop.agent(), line, "date"), "2026-12-09");
  EXPECT_EQ(shop.status(locator), "checked_in");
  EXPECT_EQ(shop.field(shop.agent(), "CHECKOUT " + locator + " date=2026-12-12", "total"), "10000");
}

TEST(CheckOut, OfAStayThatStaffWroteDownLateBillsEveryNight) {
  Shop shop;
  const auto locator = shop.open(shop.agent(), "BOOK inn 1 nights=2026-11-20.. checkin");
  EXPECT_EQ(shop.field(shop.agent(), "CHECKOUT " + locator, "total"), "55000");
}

TEST(CheckOut, OnANamedDayBillsUntilThen) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..");
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator + " date=2026-12-05", "total"), "20000");
}

TEST(CheckOut, EarlyGivesTheRestBackAndRefundsIt) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..2026-12-05");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  const auto bill = shop.run(shop.ana(), "CHECKOUT " + locator + " date=2026-12-03");
  ASSERT_TRUE(bill) << bill.error().to_string();
  EXPECT_EQ(field_of(*bill, "total"), "10000");
  EXPECT_EQ(field_of(*bill, "refund"), "10000");
  EXPECT_EQ(field_of(*bill, "payment"), "refund_due");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kRefundDue);
}

TEST(CheckOut, LateBillsNoMoreThanWasBooked) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..2026-12-03");
  shop.advance(9 * 86400);
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator, "total"), "10000");
}

TEST(CheckOut, ADayAfterWhatWasBookedIsRefused) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..2026-12-03");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator + " date=2026-12-04"), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.ana(), "CHECKOUT " + locator + " date=2026-12-04", "item"), "1");
  EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator + " date=2026-02-30"), "BADVALUE");
  EXPECT_EQ(shop.status(locator), "checked_in");
}

TEST(CheckOut, OnlyStaffMayDateItBack) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..");
  shop.advance(4 * 86400);
  EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator + " date=2026-12-02"), "DENIED");
  EXPECT_EQ(shop.field(shop.agent(), "CHECKOUT " + locator + " date=2026-12-02", "total"), "5000");
}

TEST(CheckOut, OtherAxesCostWhatTheyDid) {
  Shop shop;
  const auto locator = stay(shop, "show 1 + inn 1 nights=2026-12-01.. + coach 3 legs=A-C");
  shop.advance(2 * 86400);
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator, "total"), "11800");
}

TEST(CheckOut, LeavesCancelledItemsOut) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK inn 1 2 nights=2026-12-01..");
  shop.run(shop.ana(), "CANCEL " + locator + " items=2");
  shop.run(shop.ana(), "CHECKIN " + locator);
  EXPECT_EQ(shop.field(shop.ana(), "CHECKOUT " + locator, "total"), "5000");
}

TEST(CheckOut, TheBillCanBePaid) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..");
  shop.advance(2 * 86400);
  shop.run(shop.ana(), "CHECKOUT " + locator);
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  EXPECT_EQ(shop.provider().all.at(0).minor, 10000);
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.status(locator), "completed");
  EXPECT_EQ(shop.payment(locator), "paid");
}

TEST(CheckOut, WaitsWhileTheProviderIsAsked) {
  Shop shop;
  const auto locator = stay(shop, "inn 1 nights=2026-12-01..2026-12-05");
  shop.run(shop.ana(), "PAY " + locator);
  EXPECT_EQ(shop.fact(shop.ana(), "CHECKOUT " + locator, "payment"), "pending");
}

// ---- NOSHOW ----

TEST(NoShow, GivesTheUnitsBackAndKeepsTheMoney) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-01..2026-12-03");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.code(shop.agent(), "NOSHOW " + locator), "OK");
  EXPECT_EQ(shop.status(locator), "no_show");
  EXPECT_EQ(shop.payment(locator), "paid");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kNoShow);
  EXPECT_EQ(shop.field(shop.agent(), "NOSHOW " + locator, "already"), "1");
  EXPECT_EQ(shop.code(shop.ben(), "BOOK inn 1 nights=2026-12-01..2026-12-03"), "OK");
}

TEST(NoShow, OwesNothingThatWasNotPaid) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1");
  EXPECT_EQ(shop.code(shop.agent(), "NOSHOW " + locator), "OK");
  EXPECT_EQ(shop.payment(locator), "none");
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "STATE");
}

TEST(NoShow, IsOfConfirmedReservationsWhoseDayHasCome) {
  Shop shop;
  const auto later = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-02..2026-12-03");
  EXPECT_EQ(shop.fact(shop.agent(), "NOSHOW " + later, "checkin"), "2026-12-02");
  const auto held = shop.open(shop.ana(), "HOLD show 1");
  EXPECT_EQ(shop.code(shop.agent(), "NOSHOW " + held), "STATE");
}

}  // namespace
}  // namespace holdfast::test
