// HOLD, BOOK, EXTEND, RELEASE, CONFIRM: what they take, what they refuse and what they say.

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

TEST(Hold, TellsLocatorStatusDeadlineTotalAndItems) {
  Shop shop;
  const auto reply = shop.run(shop.ana(), "HOLD show 3 1");
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(field_of(*reply, "locator").size(), 6U);
  EXPECT_EQ(field_of(*reply, "status"), "held");
  EXPECT_EQ(field_of(*reply, "payment"), "none");
  EXPECT_EQ(field_of(*reply, "until"), "2026-12-01T10:10:00Z");
  EXPECT_EQ(field_of(*reply, "total"), "2000");
  EXPECT_EQ(field_of(*reply, "currency"), "USD");
  EXPECT_EQ(field_of(*reply, "items"), "show/3,show/1");
}

TEST(Hold, TellsTheFeedOfEachUnit) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show 1 2");
  ASSERT_EQ(shop.last_changes.size(), 2U);
  EXPECT_EQ(shop.last_changes[1].unit, Unit{1});
  EXPECT_EQ(shop.last_changes[1].state, UnitState::kHeld);
}

TEST(Hold, WritesAtMostFourRowsWithRandomKeys) {
  Shop shop;
  shop.open(shop.ana(), "BOOK show 1 guest=\"Ana Ruiz\"");
  // Everything else is keyed by an ascending number, or is the counter.
  const auto random =
      shop.rows(kOccupancy) + shop.rows(kByAccount) + shop.rows(kByOffering) + shop.rows(kByGuest);
  EXPECT_EQ(random, 4U);
  EXPECT_EQ(shop.rows(kDeadlines), 0U);
}

TEST(Hold, DeadlineIsAWholeSecondNotBeforeTheTimeAsked) {
  Shop shop;
  shop.advance_us(1);
  EXPECT_EQ(shop.field(shop.ana(), "HOLD show 1 ttl=10s", "until"), "2026-12-01T10:00:11Z");
}

TEST(Hold, CustomersHoldUpToTheCapAndStaffForDays) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 ttl=3600s"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 2 ttl=3601s"), "LIMIT");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD show 2 ttl=2h", "ttl"), "3600s");
  EXPECT_EQ(shop.field(shop.agent(), "HOLD show 2 ttl=3d", "until"), "2026-12-04T10:00:00Z");
  EXPECT_EQ(shop.code(shop.agent(), "HOLD show 3 ttl=367d"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.agent(), "HOLD show 3 ttl=0s"), "BADVALUE");
}

TEST(Hold, TakenNamesTheUnitItsStateAndUntilWhen) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show 2");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1 2"), "TAKEN");
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD show 1 2", "unit"), "2");
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD show 1 2", "state"), "held");
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD show 1 2", "until"), "2026-12-01T10:10:00Z");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1"), "OK");  // the refusals took nothing
}

TEST(Hold, ABundleTakesAllOrNothing) {
  Shop shop;
  shop.open(shop.ana(), "HOLD inn 1 nights=2026-12-05..2026-12-06");
  const char* bundle =
      "HOLD coach 4 legs=A-C + inn 1 nights=2026-12-04..2026-12-06 + bistro 2 "
      "at=2026-12-04T19:00/21:00";
  EXPECT_EQ(shop.code(shop.ben(), bundle), "TAKEN");
  EXPECT_EQ(shop.fact(shop.ben(), bundle, "offering"), "inn");
  EXPECT_EQ(shop.rows(kOccupancy), 1U);
  EXPECT_EQ(shop.rows(kReservations), 1U);
  const auto reply = shop.run(shop.ben(),
                              "HOLD coach 4 legs=A-C + inn 2 nights=2026-12-04..2026-12-06 + "
                              "bistro 2 at=2026-12-04T19:00/21:00");
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(field_of(*reply, "total"), "10800");
  EXPECT_EQ(field_of(*reply, "items"), "coach/4,inn/2,bistro/2");
}

TEST(Hold, OneReservationHasOneCurrency) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 + bus 1"), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD show 1 + bus 1", "currency"), "INR");
}

TEST(Hold, TheSameUnitTwiceIsRefusedUnlessTheSpansAreApart) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 1"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD coach 1 legs=A-C + coach 1 legs=B-D"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD coach 1 legs=A-B + coach 1 legs=B-D"), "OK");
}

TEST(Hold, AnotherPriceThanExpectedIsRefusedWithBoth) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 price=999"), "PRICECHANGED");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD show 1 price=999", "expected"), "999");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD show 1 price=999", "actual"), "1000");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 price=1000"), "OK");
}

TEST(Hold, UpToTakesWhatIsLeftAndSoldOutWhenNothingIs) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show n=7");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show n=4"), "SOLDOUT");
  EXPECT_EQ(shop.field(shop.ben(), "HOLD show upto=4", "items"), "show/8,show/9,show/10");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show upto=1"), "SOLDOUT");
}

TEST(Hold, KeepsGuestNoteAndPartyAndNamesThemByReference) {
  Shop shop;
  const auto locator =
      shop.open(shop.ana(), "HOLD show 1 guest=\"Ana  RUIZ\" note=\"by the window\" party=3");
  EXPECT_EQ(shop.last_references.at("guest"), "@person:4");
  EXPECT_EQ(shop.last_references.at("note"), "@person:4");
  const auto show = "SHOW " + locator;
  EXPECT_EQ(shop.field(shop.ana(), show, "guest"), "Ana  RUIZ");
  EXPECT_EQ(shop.field(shop.ana(), show, "note"), "by the window");
  EXPECT_EQ(shop.field(shop.ana(), show, "party"), "3");
  EXPECT_TRUE(shop.has_key_prefix(kByGuest, "ana ruiz"));
}

TEST(Hold, GuestNotePartyAndItemsAreBounded) {
  Shop shop;
  const std::string guest(kMaxGuestBytes + 1, 'g');
  const std::string note(kMaxNoteBytes + 1, 'n');
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 guest=" + guest), "LIMIT");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 note=" + note), "LIMIT");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 party=10001"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 party=0"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1 guest=" + guest.substr(1) +
                                      " note=" + note.substr(1) + " party=10000"),
            "OK");
}

TEST(Hold, MakesTheSessionAnActiveClientOfEachOffering) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show 1 + coach 1 legs=A-B");
  EXPECT_EQ(shop.activity().clients(OfferingId{1}), 1U);
  EXPECT_EQ(shop.activity().clients(OfferingId{5}), 1U);
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1"), "TAKEN");
  EXPECT_EQ(shop.activity().clients(OfferingId{1}), 1U);  // a refusal holds nothing
}

TEST(Hold, TheSessionIsAnActiveClientWhileAHoldOfItLives) {
  Shop shop;
  const auto clients = [&shop] { return shop.activity().clients(OfferingId{1}); };
  const auto released = shop.open(shop.ana(), "HOLD show 1 2");
  const auto other = shop.open(shop.ana(), "HOLD show 3");
  shop.code(shop.ana(), "RELEASE " + released);
  EXPECT_EQ(clients(), 1U);
  shop.code(shop.agent(), "CONFIRM " + other);
  EXPECT_EQ(clients(), 0U);
  const auto halves = shop.open(shop.ana(), "HOLD show 4 5");
  shop.code(shop.ana(), "CANCEL " + halves + " items=1");
  EXPECT_EQ(clients(), 1U);
  shop.code(shop.ana(), "CANCEL " + halves);
  EXPECT_EQ(clients(), 0U);
  shop.open(shop.ana(), "HOLD show 6");
  EXPECT_EQ(clients(), 1U);
  shop.advance(600);
  shop.expire();
  EXPECT_EQ(clients(), 0U);
  shop.open(shop.ana(), "BOOK show 7");
  EXPECT_EQ(clients(), 0U);
  EXPECT_TRUE(shop.ana().active.empty());
  EXPECT_TRUE(shop.ana().holds.empty());
}

TEST(Hold, PayingEndsItAlsoForTheDemandRule) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1");
  EXPECT_EQ(shop.activity().clients(OfferingId{2}), 1U);
  shop.run(shop.ana(), "PAY " + locator);
  EXPECT_EQ(shop.activity().clients(OfferingId{2}), 1U);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.activity().clients(OfferingId{2}), 0U);
}

TEST(Book, ConfirmsAtOnceAndOwesTheTotal) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_EQ(shop.payment(locator), "pending");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "due"), "2000");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "until"), "");
  EXPECT_EQ(shop.history(locator), std::vector{HistoryEvent::kConfirmed});
  EXPECT_EQ(shop.fact(shop.ben(), "HOLD show 1", "state"), "booked");
}

TEST(Book, WantsPaymentFirstWhereTheOfferingSaysSo) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.ana(), "BOOK gala 1"), "DENIED");
  EXPECT_EQ(shop.fact(shop.ana(), "BOOK show 1 + gala 1", "offering"), "gala");
  EXPECT_EQ(shop.fact(shop.ana(), "BOOK gala 1", "pay"), "first");
  EXPECT_EQ(shop.code(shop.agent(), "BOOK gala 1"), "OK");
}

TEST(Book, WhatIsFreeNeedsNoPayment) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK free 1");
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_EQ(shop.payment(locator), "none");
}

TEST(Extend, CountsFromNowAndNeverShortens) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 ttl=20m");
  shop.advance(60);
  EXPECT_EQ(shop.field(shop.ana(), "EXTEND " + locator + " 30m", "until"), "2026-12-01T10:31:00Z");
  const auto seq = shop.store().last_seq();
  EXPECT_EQ(shop.field(shop.ana(), "EXTEND " + locator + " 1m", "until"), "2026-12-01T10:31:00Z");
  EXPECT_EQ(shop.field(shop.ana(), "EXTEND " + locator + " 30m", "already"), "1");
  EXPECT_EQ(shop.store().last_seq(), seq);  // nothing was written
}

TEST(Extend, CustomersReachTheCapAndStaffGoBeyond) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.advance(60);
  EXPECT_EQ(shop.code(shop.ana(), "EXTEND " + locator + " 59m"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "EXTEND " + locator + " 3541s"), "LIMIT");
  EXPECT_EQ(shop.fact(shop.ana(), "EXTEND " + locator + " 60m", "until"), "2026-12-01T11:00:00Z");
  EXPECT_EQ(shop.field(shop.agent(), "EXTEND " + locator + " 2d", "until"), "2026-12-03T10:01:00Z");
  EXPECT_EQ(shop.code(shop.agent(), "EXTEND " + locator + " 0s"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.agent(), "EXTEND " + locator + " 400d"), "BADVALUE");
}

TEST(Release, GivesTheUnitsBackAndSaysSoTheSecondTime) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
  EXPECT_EQ(shop.field(shop.ana(), "RELEASE " + locator, "status"), "cancelled");
  EXPECT_EQ(shop.last_changes.size(), 2U);
  const auto commits = shop.store().last_seq();
  EXPECT_EQ(shop.field(shop.ana(), "RELEASE " + locator, "already"), "1");
  EXPECT_EQ(shop.store().last_seq(), commits);
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1 2"), "OK");
}

TEST(Confirm, FollowsThePayRuleOfEveryOffering) {
  Shop shop;
  const auto later = shop.open(shop.ana(), "HOLD show 1");
  EXPECT_EQ(shop.field(shop.ana(), "CONFIRM " + later, "payment"), "pending");
  EXPECT_EQ(shop.field(shop.ana(), "CONFIRM " + later, "already"), "1");
  const auto first = shop.open(shop.ana(), "HOLD show 2 + gala 1");
  EXPECT_EQ(shop.code(shop.ana(), "CONFIRM " + first), "DENIED");
  EXPECT_EQ(shop.status(first), "held");
  EXPECT_EQ(shop.code(shop.agent(), "CONFIRM " + first), "OK");
  const auto nothing = shop.open(shop.ana(), "HOLD free 1");
  EXPECT_EQ(shop.field(shop.ana(), "CONFIRM " + nothing, "payment"), "none");
}

TEST(Owning, SomebodyElsesLocatorDoesNotExistForACustomer) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  for (const char* command :
       {"SHOW", "TICKET", "RELEASE", "CONFIRM", "CANCEL", "PAY", "CHECKIN", "CHECKOUT"}) {
    EXPECT_EQ(shop.code(shop.ben(), std::string(command) + " " + locator), "NOTFOUND") << command;
  }
  EXPECT_EQ(shop.code(shop.ben(), "EXTEND " + locator + " 10m"), "NOTFOUND");
  EXPECT_EQ(shop.status(locator), "held");
  EXPECT_EQ(shop.code(shop.agent(), "RELEASE " + locator), "OK");
}

TEST(Owning, WhatNobodyHoldsIsNotAGuests) {
  Shop shop;
  const auto locator = shop.open(shop.admin(), "HOLD show 1");
  EXPECT_EQ(shop.code(shop.guest(), "SHOW " + locator), "NOTFOUND");
  EXPECT_EQ(shop.code(shop.admin(), "SHOW " + locator), "OK");
}

}  // namespace
}  // namespace holdfast::test
