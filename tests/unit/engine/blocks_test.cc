// BLOCK, UNBLOCK, BLOCK LIST: units out of sale, and everything that passes them by.

#include "engine/blocks.h"

#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

TEST(Block, TakesUnitsOutOfSale) {
  Shop shop;
  EXPECT_EQ(shop.field(shop.admin(), "BLOCK show 1 2 reason=\"broken seats\"", "state"), "blocked");
  EXPECT_EQ(shop.last_changes.size(), 2U);
  EXPECT_EQ(shop.last_changes.front().state, UnitState::kBlocked);
  EXPECT_EQ(shop.code(shop.ana(), "HOLD show 1"), "TAKEN");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD show 1", "state"), "blocked");
  EXPECT_EQ(shop.field(shop.ana(), "HOLD show n=2", "items"), "show/6,show/7");
  EXPECT_EQ(shop.field(shop.ana(), "AVAIL show", "free"), "6");
  EXPECT_EQ(shop.field(shop.ana(), "AVAIL show n=1", "first"), "3");
  EXPECT_EQ(shop.field(shop.ana(), "MAP show", "blocked"), "2");
}

TEST(Block, OfASpanLeavesTheRestOnSale) {
  Shop shop;
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 nights=2026-12-05..2026-12-08 reason=paint"),
            "OK");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD inn 1 nights=2026-12-04..2026-12-06"), "TAKEN");
  EXPECT_EQ(shop.fact(shop.ana(), "HOLD inn 1 nights=2026-12-04..2026-12-06", "nights"),
            "2026-12-05..2026-12-08");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD inn 1 nights=2026-12-04..2026-12-05"), "OK");
  EXPECT_EQ(shop.code(shop.ana(), "HOLD inn 1 nights=2026-12-08.."), "OK");
  EXPECT_EQ(shop.field(shop.ana(), "AVAIL inn nights=2026-12-07..2026-12-09", "free"), "9");
}

TEST(Block, WithoutAnEndIsPassedByOpenStays) {
  Shop shop;
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 2 nights=2026-12-20.. reason=closed"), "OK");
  EXPECT_EQ(shop.field(shop.ana(), "HOLD inn n=1 nights=2026-12-02..", "items"), "inn/3");
  ASSERT_EQ(shop.code(shop.admin(), "UNBLOCK inn 1 nights=2026-12-20.."), "OK");
  EXPECT_EQ(shop.field(shop.ana(), "HOLD inn n=1 nights=2026-12-02..", "items"), "inn/1");
}

TEST(Block, OverAnythingElseIsRefusedNamingIt) {
  Shop shop;
  shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-05..2026-12-08");
  const char* over = "BLOCK inn 2 1 nights=2026-12-07..2026-12-10 reason=x";
  EXPECT_EQ(shop.code(shop.admin(), over), "TAKEN");
  EXPECT_EQ(shop.fact(shop.admin(), over, "state"), "booked");
  EXPECT_EQ(shop.rows(kBlocks), 0U);  // the whole or nothing
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 2 nights=2026-12-01..2026-12-08 reason=x"), "OK");
  EXPECT_EQ(shop.fact(shop.admin(), "BLOCK inn 2 nights=2026-12-07..2026-12-10 reason=y", "nights"),
            "2026-12-01..2026-12-08");
}

TEST(Block, IsTakenAsItIsTheSecondTime) {
  Shop shop;
  EXPECT_EQ(shop.field(shop.admin(), "BLOCK show 1 reason=a", "already"), "");
  EXPECT_EQ(shop.field(shop.admin(), "BLOCK show 1 reason=b", "already"), "1");
  EXPECT_EQ(shop.field(shop.admin(), "BLOCK show 1 2 reason=b", "already"), "");
  const auto listed = shop.run(shop.admin(), "BLOCK LIST show");
  EXPECT_EQ(field_of(std::get<Record>(rows_of(*listed).at(0).data), "reason"), "a");
  EXPECT_EQ(field_of(std::get<Record>(rows_of(*listed).at(1).data), "reason"), "b");
}

TEST(Block, ExpiresAnOverdueHoldInItsWay) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 ttl=5s");
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK show 1 reason=x"), "TAKEN");
  shop.advance(5);
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK show 1 reason=x"), "OK");
  EXPECT_EQ(shop.status(locator), "expired");
  EXPECT_EQ(shop.code(shop.ana(), "PAY " + locator), "TAKEN");
}

TEST(Unblock, LiftsWholeBlocksWithinTheSpan) {
  Shop shop;
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 nights=2026-12-02..2026-12-04 reason=a"), "OK");
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 nights=2026-12-06..2026-12-08 reason=b"), "OK");
  const char* part = "UNBLOCK inn 1 nights=2026-12-01..2026-12-07";
  EXPECT_EQ(shop.code(shop.admin(), part), "STATE");
  EXPECT_EQ(shop.fact(shop.admin(), part, "nights"), "2026-12-06..2026-12-08");
  EXPECT_EQ(shop.rows(kBlocks), 2U);
  const char* all = "UNBLOCK inn 1 nights=2026-12-01..2026-12-31";
  EXPECT_EQ(shop.field(shop.admin(), all, "lifted"), "2");
  EXPECT_EQ(shop.rows(kBlocks), 0U);
  EXPECT_EQ(shop.field(shop.admin(), all, "already"), "1");
  EXPECT_EQ(shop.code(shop.ana(), "BOOK inn 1 nights=2026-12-01..2026-12-31"), "OK");
}

TEST(Unblock, LeavesWhatIsSoldAlone) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1");
  EXPECT_EQ(shop.field(shop.admin(), "UNBLOCK show 1", "lifted"), "0");
  EXPECT_EQ(shop.status(locator), "confirmed");
  EXPECT_TRUE(shop.last_changes.empty());
}

TEST(Block, NamesUnitsOnceAndAllThatExist) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK show 1 1 reason=x"), "BADVALUE");
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK show 1 99 reason=x"), "NOTFOUND");
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK show 1"), "ARGS");
  EXPECT_EQ(shop.code(shop.admin(), "BLOCK inn 1 reason=x"), "ARGS");
  EXPECT_EQ(shop.rows(kBlocks), 0U);
}

TEST(BlockList, GoesOnAfterSoManyRows) {
  Shop shop;
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK show 3 1 2 reason=x"), "OK");
  const auto page = shop.run(shop.agent(), "BLOCK LIST show n=1 after=1");
  ASSERT_EQ(rows_of(*page).size(), 1U);
  const auto& row = std::get<Record>(rows_of(*page).front().data);
  EXPECT_EQ(field_of(row, "unit"), "2");
  EXPECT_EQ(field_of(row, "since"), "2026-12-01T10:00:00Z");
}

TEST(Block, IsNoReservationToThoseWhoList) {
  Shop shop;
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 nights=2026-12-02..2026-12-04 reason=a"), "OK");
  const auto listed = shop.run(shop.agent(), "LIST inn unit=1");
  ASSERT_TRUE(listed) << listed.error().to_string();
  EXPECT_TRUE(rows_of(*listed).empty());
  shop.advance(5 * 86400);
  EXPECT_EQ(shop.field(shop.admin(), "OFFERING PURGE inn", "ended"), "0");
  EXPECT_EQ(shop.rows(kBlocks), 1U);
}

}  // namespace
}  // namespace holdfast::test
