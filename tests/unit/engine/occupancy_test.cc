#include "engine/occupancy.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/calendar.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

constexpr OfferingId kShow{7};
constexpr Unit kUnit{3};

class OccupancyTest : public ::testing::Test {
 protected:
  void occupy(Unit unit, Span span, UnitState state = UnitState::kHeld,
              OfferingId offering = kShow) {
    test::expect_ok(take(*txn_, offering, unit, span, ReservationId{5}, 1, state));
  }
  bool is_free(Span span, Unit unit = kUnit) {
    return !conflict(*txn_, kShow, unit, span)->has_value();
  }

  test::MemoryStore store_;
  std::unique_ptr<Transaction> txn_ = store_.begin();
};

TEST_F(OccupancyTest, SpansThatTouchDoNotConflict) {
  occupy(kUnit, {10, 20});
  EXPECT_TRUE(is_free({5, 10}));
  EXPECT_TRUE(is_free({20, 21}));
  EXPECT_FALSE(is_free({5, 11}));
  EXPECT_FALSE(is_free({19, 30}));
  EXPECT_FALSE(is_free({12, 13}));
  EXPECT_FALSE(is_free({0, 100}));
  EXPECT_FALSE(is_free({10, 20}));
}

TEST_F(OccupancyTest, OneRuleDecidesAmongManySpans) {
  for (std::int32_t from = 0; from < 100; from += 10) occupy(kUnit, {from, from + 5});
  for (std::int32_t from = 0; from < 105; ++from) {
    for (std::int32_t to = from + 1; to < 106; ++to) {
      bool free = true;
      for (std::int32_t at = from; at < to; ++at) free = free && (at % 10 >= 5 || at >= 100);
      ASSERT_EQ(is_free({from, to}), free) << from << ' ' << to;
    }
  }
}

TEST_F(OccupancyTest, OtherUnitsAndOfferingsAreOtherWorlds) {
  occupy(Unit{2}, {0, kOpenEnd});
  occupy(Unit{4}, {0, 100});
  occupy(kUnit, {0, 100}, UnitState::kHeld, OfferingId{6});
  occupy(kUnit, {0, 100}, UnitState::kHeld, OfferingId{8});
  EXPECT_TRUE(is_free({0, 1}));
  EXPECT_TRUE(is_free({5, 50}));
  EXPECT_TRUE(is_free({5, kOpenEnd}));
}

TEST_F(OccupancyTest, AnOpenStayBlocksAllThatFollowsUntilItIsCut) {
  occupy(kUnit, {10, kOpenEnd}, UnitState::kBooked);
  EXPECT_TRUE(is_free({5, 10}));
  EXPECT_FALSE(is_free({1000, 1001}));
  EXPECT_FALSE(is_free({9, kOpenEnd}));
  test::expect_ok(cut(*txn_, kShow, kUnit, 10, 12));
  EXPECT_FALSE(is_free({11, 12}));
  EXPECT_TRUE(is_free({12, kOpenEnd}));
}

TEST_F(OccupancyTest, AConflictTellsWhoAndHow) {
  occupy(kUnit, {10, 20}, UnitState::kBooked);
  const auto found = *conflict(*txn_, kShow, kUnit, {15, 16});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->span, (Span{10, 20}));
  EXPECT_EQ(found->row.reservation, 5U);
  EXPECT_EQ(found->row.state, UnitState::kBooked);
}

TEST_F(OccupancyTest, EventsAreFoundByTheirOnlySpan) {
  EXPECT_TRUE(is_free(kEventSpan));
  occupy(kUnit, kEventSpan);
  EXPECT_FALSE(is_free(kEventSpan));
  EXPECT_EQ(set_state(*txn_, kShow, kUnit, 0, UnitState::kBooked), UnitState::kHeld);
  EXPECT_EQ((*conflict(*txn_, kShow, kUnit, kEventSpan))->row.state, UnitState::kBooked);
  EXPECT_EQ(release(*txn_, kShow, kUnit, 0), UnitState::kBooked);
  EXPECT_TRUE(is_free(kEventSpan));
}

TEST_F(OccupancyTest, ChangingWhatIsNotThereIsCorruption) {
  const auto expect_corruption = [](const auto& changed) {
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code(), Code::kCorruption);
  };
  expect_corruption(set_state(*txn_, kShow, kUnit, 4, UnitState::kBooked));
  expect_corruption(release(*txn_, kShow, kUnit, 4));
  expect_corruption(cut(*txn_, kShow, kUnit, 4, 5));
}

TEST_F(OccupancyTest, DamagedRowsAreCorruption) {
  const Key key = Key().u32(kShow.value).u32(kUnit.value).i32(0);
  test::expect_ok(txn_->put(kOccupancy, key.view(), "\x07 not a row"));
  EXPECT_EQ(conflict(*txn_, kShow, kUnit, {0, 5}).error().code(), Code::kCorruption);
  EXPECT_EQ(conflict(*txn_, kShow, kUnit, kEventSpan).error().code(), Code::kCorruption);
}

TEST_F(OccupancyTest, AWalkSeesTheSpansOfOneOfferingInOrder) {
  occupy(Unit{1}, {0, 5});
  occupy(Unit{1}, {8, 9});
  occupy(Unit{4}, {2, 3});
  occupy(Unit{0}, {0, 5}, UnitState::kHeld, OfferingId{8});
  const auto seen = [&](std::optional<Span> span, Unit first = {}) {
    std::string units;
    test::expect_ok(for_each_occupied(
        *txn_, kShow, span,
        [&](const Occupied& occupied) {
          units +=
              std::to_string(occupied.unit.value) + ":" + std::to_string(occupied.span.from) + " ";
          return true;
        },
        first));
    return units;
  };
  EXPECT_EQ(seen(std::nullopt), "1:0 1:8 4:2 ");
  EXPECT_EQ(seen(Span{5, 9}), "1:8 ");
  EXPECT_EQ(seen(Span{2, 3}), "1:0 4:2 ");
  EXPECT_EQ(seen(std::nullopt, Unit{2}), "4:2 ");
}

TEST_F(OccupancyTest, ARefusalNamesOfferingUnitStateAndUntilWhen) {
  const ReservationRow reservation{.status = ReservationStatus::kHeld,
                                   .deadline_us = 1'796'119'904'000'000};
  test::expect_ok(put_row(*txn_, kReservations, Key().u64(5).view(), reservation));
  const Offering show =
      test::make_offering(test::make_plan({test::section({.units = "1-10"})}), Axis::kEvent);
  occupy(kUnit, kEventSpan);
  const Status held = *taken(*txn_, show, **conflict(*txn_, kShow, kUnit, kEventSpan));
  EXPECT_EQ(held.code(), Code::kTaken);
  EXPECT_EQ(held.fields(), (std::vector<Status::Field>{{"offering", "show"},
                                                       {"unit", "4"},
                                                       {"state", "held"},
                                                       {"until", "2026-12-01T10:11:44Z"}}));
  EXPECT_EQ(set_state(*txn_, kShow, kUnit, 0, UnitState::kBooked), UnitState::kHeld);
  const Status booked = *taken(*txn_, show, **conflict(*txn_, kShow, kUnit, kEventSpan));
  EXPECT_EQ(booked.fields(),
            (std::vector<Status::Field>{{"offering", "show"}, {"unit", "4"}, {"state", "booked"}}));
}

TEST_F(OccupancyTest, ARefusalNamesTheSpanThatIsInTheWay) {
  const Offering inn =
      test::make_offering(test::make_plan({test::section({.units = "1-10"})}), Axis::kNights);
  const std::int32_t day = *parse_date("2026-12-01");
  occupy(kUnit, {day, day + 2}, UnitState::kBooked);
  const Status status = *taken(*txn_, inn, **conflict(*txn_, kShow, kUnit, {day + 1, day + 5}));
  EXPECT_EQ(status.fields(), (std::vector<Status::Field>{{"offering", "show"},
                                                         {"unit", "4"},
                                                         {"state", "booked"},
                                                         {"nights", "2026-12-01..2026-12-03"}}));
}

}  // namespace
}  // namespace holdfast::engine
