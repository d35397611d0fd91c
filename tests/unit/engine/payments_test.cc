// PAY: when the provider is asked, what its answer does, and what a crash in between leaves.

#include "engine/payments.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

std::string hold_and_pay(Shop& shop, const std::string& what = "gala 1 2") {
  const auto locator = shop.open(shop.ana(), "HOLD " + what);
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator + " token=card-7", ""), "pending");
  return locator;
}

TEST(Pay, AsksOnlyOnceTheCommitIsDurable) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1");
  shop.store().hold_durability(true);
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  EXPECT_TRUE(shop.provider().all.empty());
  EXPECT_EQ(shop.payments().waiting(), 1U);
  shop.store().hold_durability(false);
  shop.turn();
  EXPECT_EQ(shop.provider().all.size(), 1U);
}

TEST(Pay, AsksForWhatIsDueWithNumberCurrencyAndToken) {
  Shop shop;
  hold_and_pay(shop);
  shop.turn();
  const auto& asked = shop.provider().all.at(0);
  EXPECT_EQ(asked.number, PaymentId{1});
  EXPECT_EQ(asked.minor, 4000);
  EXPECT_EQ(asked.currency, "USD");
  EXPECT_EQ(asked.token, "card-7");
}

TEST(Pay, ApprovalConfirmsTheHoldAndTellsTheOneWhoWaits) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  shop.provider().approve("TX99");
  const auto told = shop.turn();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].session, shop.ana().id);
  ASSERT_TRUE(told[0].reply) << told[0].reply.error().to_string();
  EXPECT_EQ(field_of(*told[0].reply, "status"), "confirmed");
  EXPECT_EQ(field_of(*told[0].reply, "payment"), "paid");
  EXPECT_EQ(field_of(*told[0].reply, "transaction"), "TX99");
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD gala 1", "state"), "booked");
  EXPECT_EQ(shop.rows(kPendingPayments), 0U);
  EXPECT_EQ(shop.rows(kDeadlines), 0U);
  EXPECT_EQ(shop.history(locator), (std::vector{HistoryEvent::kHeld, HistoryEvent::kPayAsked,
                                                HistoryEvent::kPaid, HistoryEvent::kConfirmed}));
}

TEST(Pay, DeclineTellsWhyAndLeavesTheHoldWithItsDeadline) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  shop.provider().decline("no funds");
  const auto told = shop.turn();
  ASSERT_EQ(told.size(), 1U);
  ASSERT_FALSE(told[0].reply);
  const Status& refused = told[0].reply.error();
  EXPECT_EQ(refused.code(), Code::kDeclined);
  EXPECT_EQ(refused.message(), "the payment was declined: no funds");
  EXPECT_EQ(shop.status(locator), "held");
  EXPECT_EQ(shop.payment(locator), "none");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "until"), "2026-12-01T10:10:00Z");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kDeclined);
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator, ""), "pending");  // and may try again
}

TEST(Pay, ConfirmsAtOnceWhenNothingIsDue) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD free 1");
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator, "status"), "confirmed");
  EXPECT_EQ(shop.payments().waiting(), 0U);
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "STATE");
}

TEST(Pay, OfWhatIsBookedAndPaidLater) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  const auto told = shop.turn();
  EXPECT_EQ(field_of(*told.at(0).reply, "status"), "confirmed");
  EXPECT_EQ(shop.payment(locator), "paid");
}

TEST(Pay, WhileAskedTheHoldDoesNotExpire) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.advance(7200);
  EXPECT_EQ(shop.expire(), 0U);
  EXPECT_EQ(shop.next_deadline(), std::nullopt);
  EXPECT_EQ(shop.code(shop.ben(), "HOLD gala 1"), "TAKEN");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD gala n=9"), "SOLDOUT");
  shop.turn();
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.status(locator), "confirmed");
}

TEST(Pay, DeclinedAfterTheDeadlineTheHoldIsOver) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  shop.advance(600);
  shop.provider().decline();
  const auto told = shop.turn();
  EXPECT_EQ(told.at(0).reply.error().code(), Code::kDeclined);
  EXPECT_EQ(shop.status(locator), "expired");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD gala 1 2"), "OK");
}

TEST(Pay, OneMicrosecondBeforeTheDeadlineADeclinedHoldStays) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  shop.advance_us(600'000'000 - 1);
  shop.provider().decline();
  shop.turn();
  EXPECT_EQ(shop.status(locator), "held");
  EXPECT_EQ(shop.expire(), 0U);
  shop.advance_us(1);
  EXPECT_EQ(shop.expire(), 1U);
}

TEST(Pay, AfterExpiryTakesTheUnitsAgainIfAllAreFree) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1 2");
  shop.advance(600);
  shop.expire();
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator, ""), "pending");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD gala 2"), "TAKEN");
  shop.turn();
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_EQ(shop.history(locator),
            (std::vector{HistoryEvent::kHeld, HistoryEvent::kExpired, HistoryEvent::kReinstated,
                         HistoryEvent::kPayAsked, HistoryEvent::kPaid, HistoryEvent::kConfirmed}));
}

TEST(Pay, AfterExpiryIsRefusedWhenAUnitIsGone) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1 2");
  shop.advance(600);
  shop.expire();
  shop.open(shop.ben(), "HOLD gala 2");
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "TAKEN");
  EXPECT_EQ(shop.fact(shop.ana(), "PAY " + locator, "unit"), "2");
  EXPECT_EQ(shop.status(locator), "expired");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD gala 1"), "OK");  // nothing was taken half way
}

TEST(Pay, MeetsAnOverdueHoldThatNoTurnHasExpiredYet) {
  Shop shop;
  const auto mine = shop.open(shop.ana(), "HOLD gala 1");
  shop.advance(600);
  // Both are overdue now: mine is expired and reinstated in one batch.
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + mine, ""), "pending");
  EXPECT_EQ(shop.status(mine), "held");
}

void alter(Shop& shop, std::uint32_t offering, const std::function<void(OfferingRow&)>& change) {
  const Key key = Key().u32(offering);
  const auto txn = shop.store().begin();
  OfferingRow row = **get_row<OfferingRow>(*txn, kOfferings, key.view());
  change(row);
  ASSERT_TRUE(put_row(*txn, kOfferings, key.view(), row));
  ASSERT_TRUE(shop.store().commit(*txn, {}));
  shop.restart();  // the catalog looks again
}

TEST(Pay, AfterExpirySellsNothingThatIsClosedMeanwhile) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1");
  shop.advance(600);
  shop.expire();
  alter(shop, 2, [](OfferingRow& row) { row.open = false; });
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "CLOSED");
  EXPECT_EQ(shop.fact(shop.ana(), "PAY " + locator, "offering"), "gala");
  EXPECT_EQ(shop.status(locator), "expired");
  alter(shop, 2, [](OfferingRow& row) { row.open = true; });
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator, ""), "pending");
}

TEST(Pay, AfterExpirySellsNoNightThatIsPast) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD inn 1 nights=2026-12-01..2026-12-03");
  shop.advance(86400);
  shop.expire();
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "DENIED");
  EXPECT_EQ(shop.field(shop.agent(), "PAY " + locator, ""), "pending");
}

TEST(Pay, AHoldThatStillRunsIsPaidAlthoughItsOfferingIsClosed) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1");
  alter(shop, 2, [](OfferingRow& row) { row.open = false; });
  EXPECT_EQ(shop.field(shop.ana(), "PAY " + locator, ""), "pending");
}

// A reservation can end while the provider is asked only when something is repaired by hand. Money
// must still not disappear.
void end_by_hand(Shop& shop, const std::string& locator, ReservationStatus status) {
  Reservation reservation = shop.load(locator);
  const auto txn = shop.store().begin();
  for (const Item& item : reservation.items) {
    const Key key = Key().u32(item.row.offering).u32(item.row.unit).i32(item.row.span.from);
    ASSERT_TRUE(txn->erase(kOccupancy, key.view()));
  }
  reservation.row.status = status;
  ASSERT_TRUE(save(*txn, reservation));
  ASSERT_TRUE(shop.store().commit(*txn, {}));
}

TEST(Pay, MoneyThatCannotConfirmIsARefund) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  end_by_hand(shop, locator, ReservationStatus::kExpired);
  shop.restart_choice();
  shop.open(shop.ben(), "HOLD gala 2");
  shop.provider().approve("TX5");
  const auto told = shop.turn();
  ASSERT_FALSE(told.at(0).reply);
  EXPECT_EQ(told[0].reply.error().code(), Code::kTaken);
  EXPECT_EQ(shop.status(locator), "expired");
  EXPECT_EQ(shop.payment(locator), "refund_due");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "refund"), "4000");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "transaction"), "TX5");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kRefundDue);
}

TEST(Pay, MoneyThatFindsTheUnitsFreeReinstatesEvenIfTheOfferingIsClosed) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  alter(shop, 2, [](OfferingRow& row) { row.open = false; });
  shop.turn();
  end_by_hand(shop, locator, ReservationStatus::kExpired);
  shop.restart_choice();
  shop.provider().approve();
  EXPECT_TRUE(shop.turn().at(0).reply);
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_EQ(shop.payment(locator), "paid");
}

TEST(Pay, SurvivesARestartAndIsAskedAgainUnderItsNumber) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  shop.advance(86400);  // the server was down for a day
  EXPECT_EQ(shop.restart(), 1U);
  EXPECT_EQ(shop.expire(), 0U);
  ASSERT_EQ(shop.provider().all.size(), 2U);
  EXPECT_EQ(shop.provider().all[0].number, shop.provider().all[1].number);
  EXPECT_EQ(shop.provider().all[1].token, "card-7");
  EXPECT_EQ(shop.provider().all[1].minor, 4000);
  shop.provider().approve();
  const auto told = shop.turn();
  EXPECT_EQ(told.at(0).session, SessionId{});  // who waited is gone
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_EQ(shop.restart(), 0U);
}

TEST(Pay, AnsweredTwiceCountsOnce) {
  Shop shop;
  const auto locator = hold_and_pay(shop);
  shop.turn();
  const auto asked = shop.provider().open.front();
  asked.done({.approved = true, .transaction = "TX1", .reason = {}});
  asked.done({.approved = true, .transaction = "TX1", .reason = {}});
  EXPECT_EQ(shop.turn().size(), 2U);
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "paid"), "4000");
  EXPECT_EQ(shop.payment(locator), "paid");
}

TEST(Pay, AnswersWakeTheLoop) {
  Shop shop;
  int woken = 0;
  shop.payments().on_answer([&] { ++woken; });
  hold_and_pay(shop);
  shop.turn();
  EXPECT_EQ(woken, 0);
  shop.provider().approve();
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(shop.payments().waiting(), 1U);
  shop.turn();
  EXPECT_EQ(shop.payments().waiting(), 0U);
}

TEST(Pay, TheAdminSocketCanPayWithATokenToo) {
  Shop shop;
  const auto locator = shop.open(shop.admin(), "HOLD gala 1");
  shop.run(shop.admin(), "PAY " + locator + " token=cash");
  shop.turn();
  EXPECT_EQ(shop.provider().all.at(0).token, "cash");
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.payment(locator), "paid");
}

}  // namespace
}  // namespace holdfast::test
