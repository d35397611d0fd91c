// MOVE: the old place is free, the new one is taken, the money follows.

#include "engine/moving.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

TEST(Move, GivesTheOldUnitBackAndTakesTheNewOne) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
  EXPECT_EQ(shop.code(shop.agent(), "MOVE " + locator + " item=2 to=5"), "OK");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kMoved);
  EXPECT_EQ(shop.code(shop.ben(), "BOOK show 5"), "TAKEN");
  EXPECT_EQ(shop.code(shop.ben(), "BOOK show 1"), "TAKEN");
  EXPECT_EQ(shop.code(shop.ben(), "BOOK show 2"), "OK");
}

TEST(Move, IsNotInItsOwnWay) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-05..2026-12-08");
  EXPECT_EQ(shop.code(shop.agent(), "MOVE " + locator + " item=1 nights=2026-12-06..2026-12-09"),
            "OK");
  EXPECT_EQ(shop.code(shop.ben(), "BOOK inn 1 nights=2026-12-05..2026-12-06"), "OK");
  EXPECT_EQ(shop.code(shop.ben(), "BOOK inn 1 nights=2026-12-08..2026-12-09"), "TAKEN");
}

TEST(Move, KeepsTheRateAndRefundsWhatWasPaidTooMuch) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-05..2026-12-08");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  const std::string there = "MOVE " + locator + " item=1 to=2 nights=2026-12-05..2026-12-06";
  EXPECT_EQ(shop.field(shop.agent(), there, "total"), "5000");
  EXPECT_EQ(shop.payment(locator), "refund_due");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kRefundDue);
  const std::string longer = "MOVE " + locator + " item=1 nights=2026-12-05..2026-12-10";
  EXPECT_EQ(shop.field(shop.agent(), longer, "due"), "10000");
}

TEST(Move, ChangesNothingWhereItCannotGo) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
  shop.open(shop.ben(), "BOOK show 3");
  EXPECT_EQ(shop.fact(shop.agent(), "MOVE " + locator + " item=1 to=3", "unit"), "3");
  EXPECT_EQ(shop.code(shop.agent(), "MOVE " + locator + " item=1 to=2"), "TAKEN");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1"), "TAKEN");
  EXPECT_EQ(shop.history(locator).size(), 1U);
  shop.run(shop.ana(), "CANCEL " + locator + " items=1");
  EXPECT_EQ(shop.fact(shop.agent(), "MOVE " + locator + " item=1 to=4", "item"), "1");
}

}  // namespace
}  // namespace holdfast::test
