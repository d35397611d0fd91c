// Expiry: at the deadline and not before, once, in portions, and before anything that meets it.

#include "engine/expiry.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/calendar.h"
#include "engine/limits.h"
#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

TEST(Expiry, ComesAtTheDeadlineAndNotAMicrosecondBefore) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.advance_us(600'000'000 - 1);
  EXPECT_EQ(shop.expire(), 0U);
  EXPECT_EQ(shop.status(locator), "held");
  shop.advance_us(1);
  EXPECT_EQ(shop.expire(), 1U);
  EXPECT_EQ(shop.status(locator), "expired");
  EXPECT_EQ(shop.history(locator).back(), HistoryEvent::kExpired);
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 1"), "OK");
}

TEST(Expiry, TellsTheFeed) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show 1 2");
  shop.advance(600);
  shop.expire();
  ASSERT_EQ(shop.last_changes.size(), 2U);
  EXPECT_EQ(shop.last_changes[0].state, UnitState::kFree);
}

TEST(Expiry, TwiceDoesNothingTheSecondTime) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show 1");
  shop.advance(600);
  EXPECT_EQ(shop.expire(), 1U);
  const auto commits = shop.store().last_seq();
  EXPECT_EQ(shop.expire(), 0U);
  EXPECT_EQ(shop.store().last_seq(), commits);
}

// Ten rooms a night: the items of one portion are bounded, whatever the number of holds.
TEST(Expiry, GivesBackABoundedNumberOfItemsInAPortion) {
  Shop shop;
  constexpr std::size_t kHolds = kMaxExpiredItems / 10 + 5;
  for (std::size_t i = 0; i < kHolds; ++i) {
    const auto arrival = format_date(static_cast<std::int32_t>(25000 + i));
    const auto leaving = format_date(static_cast<std::int32_t>(25001 + i));
    shop.open(shop.ana(), fmt::format("HOLD inn n=10 nights={}..{}", arrival, leaving));
  }
  shop.advance(600);
  EXPECT_EQ(shop.expire(kHolds), kMaxExpiredItems / 10);
  EXPECT_EQ(shop.expire(kHolds), 5U);
  EXPECT_EQ(shop.expire(kHolds), 0U);
}

TEST(Expiry, GoesByDeadlineInPortions) {
  Shop shop;
  const auto late = shop.open(shop.ana(), "HOLD show 1 ttl=300s");
  const auto soon = shop.open(shop.ana(), "HOLD show 2 ttl=100s");
  const auto middle = shop.open(shop.ana(), "HOLD show 3 ttl=200s");
  EXPECT_EQ(shop.next_deadline(), (Time{(Shop::kStart + 100) * 1'000'000}));
  shop.advance(300);
  EXPECT_EQ(shop.expire(2), 2U);
  EXPECT_EQ(shop.load(soon).row.status, ReservationStatus::kExpired);
  EXPECT_EQ(shop.load(middle).row.status, ReservationStatus::kExpired);
  EXPECT_EQ(shop.load(late).row.status, ReservationStatus::kHeld);
  EXPECT_EQ(shop.expire(2), 1U);
  EXPECT_EQ(shop.next_deadline(), std::nullopt);
}

TEST(Expiry, FollowsAnExtendedDeadline) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.run(shop.ana(), "EXTEND " + locator + " 30m");
  shop.advance(600);
  EXPECT_EQ(shop.expire(), 0U);
  shop.advance(1200);
  EXPECT_EQ(shop.expire(), 1U);
}

TEST(Expiry, ConfirmedAndReleasedHoldsHaveNoDeadline) {
  Shop shop;
  shop.run(shop.ana(), "CONFIRM " + shop.open(shop.ana(), "HOLD show 1"));
  shop.run(shop.ana(), "RELEASE " + shop.open(shop.ana(), "HOLD show 2"));
  EXPECT_EQ(shop.next_deadline(), std::nullopt);
}

TEST(Expiry, OfAHoldInTheWayHappensInTheSameCommit) {
  Shop shop;
  const auto old = shop.open(shop.ana(), "HOLD show 1 2");
  shop.advance(600);
  const auto commits = shop.store().last_seq();
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show 2 3"), "OK");
  EXPECT_EQ(shop.store().last_seq().value, commits.value + 1);
  EXPECT_EQ(shop.load(old).row.status, ReservationStatus::kExpired);
  EXPECT_EQ(shop.code(shop.agent(), "HOLD show 1"), "OK");
}

TEST(Expiry, OfHoldsInTheWayLetsTheEngineChoose) {
  Shop shop;
  shop.open(shop.ana(), "HOLD show n=10");
  EXPECT_EQ(shop.code(shop.ben(), "HOLD show n=1"), "SOLDOUT");
  shop.advance(600);
  EXPECT_EQ(shop.field(shop.ben(), "HOLD show n=4", "items"), "show/1,show/2,show/3,show/4");
}

TEST(Expiry, OfOnesOwnOverdueHoldIsToldAndNothingWritten) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.advance(600);
  for (const char* command : {"RELEASE", "CONFIRM", "CANCEL", "CHECKIN"}) {
    EXPECT_EQ(shop.code(shop.ana(), std::string(command) + " " + locator), "EXPIRED") << command;
  }
  EXPECT_EQ(shop.fact(shop.ana(), "EXTEND " + locator + " 10m", "expired"), "2026-12-01T10:10:00Z");
}

TEST(Expiry, ReadersNeverSeeADeadlineInThePast) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.advance(600);  // and no turn has run
  const auto commits = shop.store().last_seq();
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "status"), "expired");
  EXPECT_EQ(shop.field(shop.ana(), "SHOW " + locator, "until"), "");
  const auto mine = shop.run(shop.ana(), "MINE");
  ASSERT_TRUE(mine);
  EXPECT_EQ(field_of(std::get<Record>(rows_of(*mine).at(0).data), "status"), "expired");
  EXPECT_EQ(shop.store().last_seq(), commits);
}

TEST(Expiry, HoldsKeepTheirDeadlineOverARestart) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1");
  shop.restart();
  EXPECT_EQ(shop.next_deadline(), (Time{(Shop::kStart + 600) * 1'000'000}));
  shop.advance(600);
  EXPECT_EQ(shop.expire(), 1U);
  EXPECT_EQ(shop.status(locator), "expired");
}

}  // namespace
}  // namespace holdfast::test
