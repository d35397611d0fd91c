#include "engine/occupancy_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "engine/occupancy.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

constexpr std::uint32_t kUnits = 20;  // of each of three offerings

class OccupancyCountsTest : public ::testing::Test {
 protected:
  // Some unit of some offering is taken, becomes booked or free, as it happens to be.
  UnitChange change() {
    const OfferingId offering{1 + below(3)};
    const Unit unit{below(kUnits)};
    const auto occupied = *conflict(*txn_, offering, unit, kEventSpan);
    UnitChange done{offering, unit, kEventSpan};
    if (!occupied) {
      done.state = below(4) == 0 ? UnitState::kBlocked : UnitState::kHeld;
      test::expect_ok(take(*txn_, offering, unit, kEventSpan, ReservationId{5}, 1, done.state));
    } else if (occupied->row.state == UnitState::kHeld && below(2) == 0) {
      done.state = UnitState::kBooked;
      done.before = *set_state(*txn_, offering, unit, 0, done.state);
    } else {
      done.before = *release(*txn_, offering, unit, 0);
    }
    return done;
  }

  // As they are, by another way.
  std::map<std::uint32_t, OccupancyCounts::Counts> there() {
    std::map<std::uint32_t, OccupancyCounts::Counts> found;
    for (std::uint32_t offering = 1; offering <= 3; ++offering) {
      test::expect_ok(for_each_occupied(
          *txn_, OfferingId{offering}, std::nullopt, [&](const Occupied& occupied) {
            ++found[offering][static_cast<std::size_t>(occupied.row.state)];
            return true;
          }));
    }
    return found;
  }

  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }

  std::mt19937 random_{7};
  test::MemoryStore store_;
  std::unique_ptr<Transaction> txn_ = store_.begin();
};

TEST_F(OccupancyCountsTest, AreRightHoweverReadingAndChangesMeet) {
  for (int round = 0; round < 200; ++round) {
    OccupancyCounts counts;
    while (!counts.whole()) {
      EXPECT_FALSE(counts.known());
      test::expect_ok(counts.read_on(*txn_, 1 + below(9)));
      for (auto n = below(4); n > 0; --n) counts.apply(std::vector{change()});
    }
    for (int n = 0; n < 10; ++n) counts.apply(std::vector{change()});
    ASSERT_TRUE(counts.known());
    ASSERT_EQ(counts.by_offering(), there()) << round;
    OccupancyCounts::Counts all{};
    for (const auto& [offering, of] : there()) {
      for (std::size_t state = 0; state < of.size(); ++state) all[state] += of[state];
    }
    ASSERT_EQ(counts.all(), all);
  }
}

TEST_F(OccupancyCountsTest, ADamagedRowMeansThatNothingIsKnown) {
  const UnitChange taken = change();
  test::expect_ok(txn_->put(kOccupancy, occupancy_key(OfferingId{2}, Unit{1}, 0).view(), "\xff"));
  OccupancyCounts counts;
  EXPECT_FALSE(counts.read_on(*txn_, 100));
  EXPECT_TRUE(counts.whole());
  EXPECT_FALSE(counts.known());
  counts.apply(std::vector{taken});
  EXPECT_FALSE(counts.known());
}

}  // namespace
}  // namespace holdfast::engine
