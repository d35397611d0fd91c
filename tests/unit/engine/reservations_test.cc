// Every command on every state: what is allowed, what is refused, and that a refusal changes
// nothing.

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

// How to bring a reservation of show/1 into a state.
const std::map<std::string, std::function<std::string(Shop&)>>& states() {
  static const std::map<std::string, std::function<std::string(Shop&)>> kStates = {
      {"held", [](Shop& shop) { return shop.open(shop.ana(), "HOLD show 1 2"); }},
      {"asked",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "OK");
         return locator;
       }},
      {"confirmed", [](Shop& shop) { return shop.open(shop.ana(), "BOOK show 1 2"); }},
      {"paid",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "OK");
         shop.turn();
         shop.provider().approve();
         shop.turn();
         return locator;
       }},
      {"confirmed and asked",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "OK");
         return locator;
       }},
      {"checked_in",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "OK");
         return locator;
       }},
      {"completed",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "CHECKIN " + locator), "OK");
         EXPECT_EQ(shop.code(shop.ana(), "CHECKOUT " + locator), "OK");
         return locator;
       }},
      {"cancelled",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
         EXPECT_EQ(shop.code(shop.ana(), "RELEASE " + locator), "OK");
         return locator;
       }},
      {"expired",
       [](Shop& shop) {
         const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
         shop.advance(600);
         EXPECT_EQ(shop.expire(), 1U);
         return locator;
       }},
  };
  return kStates;
}

// "status/payment" afterwards, or the refusal.
std::string outcome(Shop& shop, const std::string& line, const std::string& locator) {
  const auto before = shop.store().rows();
  const auto reply = shop.run(shop.ana(), line);
  if (!reply) {
    EXPECT_EQ(shop.store().rows(), before) << "a refusal changed something";
    return std::string(storage::wire_word(reply.error().code()));
  }
  const bool already = field_of(*reply, "already") == "1";
  if (already) {
    EXPECT_EQ(shop.store().rows(), before);
  }
  return shop.status(locator) + "/" + shop.payment(locator) + (already ? " already" : "");
}

using Expected = std::map<std::string, std::string>;  // state -> outcome

void check_command(const std::string& command, const std::string& rest, const Expected& expected) {
  for (const auto& [state, make] : states()) {
    Shop shop;
    const std::string locator = make(shop);
    ASSERT_EQ(locator.size(), 6U) << state;
    EXPECT_EQ(outcome(shop, command + " " + locator + rest, locator), expected.at(state))
        << command << " of a reservation that is " << state;
  }
}

TEST(LifeCycle, Extend) {
  check_command("EXTEND", " 20m",
                {{"held", "held/none"},
                 {"asked", "STATE"},
                 {"confirmed", "STATE"},
                 {"paid", "STATE"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "STATE"},
                 {"completed", "STATE"},
                 {"cancelled", "STATE"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, Release) {
  check_command("RELEASE", "",
                {{"held", "cancelled/none"},
                 {"asked", "STATE"},
                 {"confirmed", "STATE"},
                 {"paid", "STATE"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "STATE"},
                 {"completed", "STATE"},
                 {"cancelled", "cancelled/none already"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, Confirm) {
  check_command("CONFIRM", "",
                {{"held", "confirmed/pending"},
                 {"asked", "STATE"},
                 {"confirmed", "confirmed/pending already"},
                 {"paid", "confirmed/paid already"},
                 {"confirmed and asked", "confirmed/pending already"},
                 {"checked_in", "STATE"},
                 {"completed", "STATE"},
                 {"cancelled", "STATE"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, Pay) {
  check_command("PAY", "",
                {{"held", "held/pending"},
                 {"asked", "STATE"},
                 {"confirmed", "confirmed/pending"},
                 {"paid", "STATE"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "checked_in/pending"},
                 {"completed", "completed/pending"},
                 {"cancelled", "STATE"},
                 {"expired", "held/pending"}});
}

TEST(LifeCycle, Cancel) {
  check_command("CANCEL", "",
                {{"held", "cancelled/none"},
                 {"asked", "STATE"},
                 {"confirmed", "cancelled/none"},
                 {"paid", "cancelled/refund_due"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "STATE"},
                 {"completed", "STATE"},
                 {"cancelled", "cancelled/none already"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, CancelOfSomeItems) {
  check_command("CANCEL", " items=2",
                {{"held", "held/none"},
                 {"asked", "STATE"},
                 {"confirmed", "confirmed/pending"},
                 {"paid", "confirmed/refund_due"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "STATE"},
                 {"completed", "STATE"},
                 {"cancelled", "cancelled/none already"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, CheckIn) {
  check_command("CHECKIN", "",
                {{"held", "STATE"},
                 {"asked", "STATE"},
                 {"confirmed", "checked_in/pending"},
                 {"paid", "checked_in/paid"},
                 {"confirmed and asked", "checked_in/pending"},
                 {"checked_in", "checked_in/pending already"},
                 {"completed", "STATE"},
                 {"cancelled", "STATE"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, CheckOut) {
  check_command("CHECKOUT", "",
                {{"held", "STATE"},
                 {"asked", "STATE"},
                 {"confirmed", "STATE"},
                 {"paid", "STATE"},
                 {"confirmed and asked", "STATE"},
                 {"checked_in", "completed/pending"},
                 {"completed", "completed/pending already"},
                 {"cancelled", "STATE"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, Ticket) {
  check_command("TICKET", "",
                {{"held", "STATE"},
                 {"asked", "STATE"},
                 {"confirmed", "confirmed/pending"},
                 {"paid", "confirmed/paid"},
                 {"confirmed and asked", "confirmed/pending"},
                 {"checked_in", "checked_in/pending"},
                 {"completed", "completed/pending"},
                 {"cancelled", "STATE"},
                 {"expired", "EXPIRED"}});
}

TEST(LifeCycle, OnlyLiveStatesOccupyUnits) {
  for (const auto& [state, make] : states()) {
    Shop shop;
    make(shop);
    const bool ended = state == "completed" || state == "cancelled" || state == "expired";
    EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1"), ended ? "OK" : "TAKEN") << state;
    EXPECT_EQ(shop.rows(kOccupancy), ended ? 1U : 2U) << state;
  }
}

TEST(LifeCycle, StateRefusalsNameTheState) {
  Shop shop;
  const auto booked = shop.open(shop.ana(), "BOOK show 1");
  EXPECT_EQ(shop.fact(shop.ana(), "RELEASE " + booked, "status"), "confirmed");
  const auto asked = shop.open(shop.ana(), "HOLD show 2");
  shop.run(shop.ana(), "PAY " + asked);
  EXPECT_EQ(shop.fact(shop.ana(), "RELEASE " + asked, "payment"), "pending");
  EXPECT_EQ(shop.fact(shop.ana(), "PAY " + asked, "payment"), "pending");
}

TEST(Cancel, PartOfAReservationKeepsTheRest) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2 3");
  EXPECT_EQ(shop.field(shop.ana(), "CANCEL " + locator + " items=1,3", "total"), "1000");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1 3"), "OK");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 2"), "TAKEN");
  EXPECT_EQ(shop.field(shop.ana(), "CANCEL " + locator + " items=1", "already"), "1");
  EXPECT_EQ(shop.field(shop.ana(), "CANCEL " + locator + " items=1,2", "status"), "cancelled");
}

TEST(Cancel, ItemsThatDoNotExistAreNamed) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
  EXPECT_EQ(shop.code(shop.ana(), "CANCEL " + locator + " items=1,3"), "BADVALUE");
  EXPECT_EQ(shop.fact(shop.ana(), "CANCEL " + locator + " items=1,3", "items"), "3");
  EXPECT_EQ(shop.code(shop.ana(), "CANCEL " + locator + " items=1,"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "CANCEL " + locator + " items=0"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.ana(), "CANCEL " + locator + " items=2,2"), "OK");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "total"), "1000");
}

TEST(Cancel, WhatWasPaidBecomesARefund) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD gala 1 2 3");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  EXPECT_EQ(shop.field(shop.ana(), "CANCEL " + locator + " items=2", "refund"), "2000");
  EXPECT_EQ(shop.field(shop.ana(), "CANCEL " + locator, "refund"), "6000");
  EXPECT_EQ(shop.payment(locator), "refund_due");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kRefundDue);
}

// ---- REVIVE ----

TEST(Revive, HoldsAgainAsLongAsANewHoldWould) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2 ttl=5s");
  EXPECT_EQ(shop.field(shop.ana(), "REVIVE " + locator, "already"), "1");
  shop.advance(5);
  EXPECT_EQ(shop.field(shop.ana(), "REVIVE " + locator, "until"), "2026-12-01T10:10:05Z");
  EXPECT_EQ(shop.status(locator), "held");
  EXPECT_EQ(shop.code(shop.ana(), "EXTEND " + locator + " 1h"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "EXTEND " + locator + " 61m"), "LIMIT");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 2"), "TAKEN");
}

TEST(Revive, WantsEveryUnitAndAnOfferingOnSale) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2 ttl=5s");
  shop.advance(5);
  const auto other = shop.open(shop.ben(), "BOOK show 2");
  EXPECT_EQ(shop.code(shop.ana(), "REVIVE " + locator), "TAKEN");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1 ttl=5s"), "OK");
  shop.advance(5);
  ASSERT_EQ(shop.code(shop.ben(), "CANCEL " + other), "OK");
  ASSERT_EQ(shop.code(shop.admin(), "OFFERING CLOSE show"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "REVIVE " + locator), "CLOSED");
  ASSERT_EQ(shop.code(shop.admin(), "OFFERING OPEN show"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "REVIVE " + locator), "OK");
  ASSERT_EQ(shop.code(shop.ana(), "RELEASE " + locator), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "REVIVE " + locator), "STATE");
}

}  // namespace
}  // namespace holdfast::test
