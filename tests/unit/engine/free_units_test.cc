#include "engine/free_units.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

TEST(BitTree, FindsTheNextMemberAcrossLevels) {
  BitTree bits(300'000, false);
  for (const std::uint32_t member : {0U, 63U, 64U, 4095U, 4096U, 299'999U}) bits.set(member);
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = bits.next(0, 300'000); i < 300'000; i = bits.next(i + 1, 300'000)) {
    found.push_back(i);
  }
  EXPECT_EQ(found, (std::vector<std::uint32_t>{0, 63, 64, 4095, 4096, 299'999}));
  bits.reset(4096);
  EXPECT_EQ(bits.next(4096, 300'000), 299'999U);
  EXPECT_EQ(bits.next(4096, 5000), 5000U);
  EXPECT_EQ(bits.next(7, 7), 7U);
}

TEST(BitTree, OfEverySizeHoldsItsOwnNumbersOnly) {
  for (const std::uint32_t size : {1U, 63U, 64U, 65U, 4096U, 4097U}) {
    BitTree bits(size, true);
    EXPECT_EQ(bits.next_absent(0, size), size);
    EXPECT_EQ(bits.next(size - 1, size), size - 1);
    for (std::uint32_t i = 0; i < size; ++i) bits.reset(i);
    EXPECT_EQ(bits.next(0, size), size) << size;
  }
}

TEST(BitTree, FindsTheNextAbsentNumber) {
  BitTree bits(1000, true);
  bits.reset(700);
  EXPECT_EQ(bits.next_absent(0, 1000), 700U);
  EXPECT_EQ(bits.next_absent(701, 1000), 1000U);
  EXPECT_EQ(bits.next_absent(0, 650), 650U);
}

// The first of n adjacent free units, found the slow and certain way.
std::optional<Unit> slow_run(const FreeUnits& free, std::uint32_t at, std::uint32_t n, bool tidy) {
  const SectionRow& section = free.plan()->sections()[at];
  for (std::uint32_t row = 0; row < section.units;) {
    std::uint32_t end = row + 1;
    const auto is_aisle = [&](std::uint16_t aisle) { return aisle == end % section.per_row; };
    while (end < section.units && end % section.per_row != 0 &&
           std::ranges::none_of(section.aisles, is_aisle)) {
      ++end;
    }
    for (std::uint32_t i = row; i < end;) {
      std::uint32_t length = 0;
      while (i + length < end && free.test(Unit{section.first_unit + i + length})) ++length;
      if (length >= n && !(tidy && length == n + 1)) return Unit{section.first_unit + i};
      i += length + 1;
    }
    row = end;
  }
  return std::nullopt;
}

TEST(FreeUnits, FindsTheSameRunsAsASlowSearch) {
  const unsigned seed = 20261122;
  SCOPED_TRACE(seed);
  std::mt19937 engine(seed);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  const PlanPtr plan = test::make_plan(
      {test::section({.units = "1-500", .per_row = "4"}),
       test::section({.rows = "A-M", .seats = "1-30", .aisles = "8,22", .type = "b"}),
       test::section({.units = "x1-x900", .per_row = "300", .type = "c"}),
       test::section({.units = "y1-y77", .per_row = "1", .type = "d"})});
  FreeUnits free(plan);
  for (int step = 0; step < 6000; ++step) {
    // Long runs at first, crumbs at the end.
    const bool take = random() % 10000 < 4000U + static_cast<std::uint32_t>(step) / 4;
    free.set(Unit{random() % plan->units()}, !take);
    if (step % 3 != 0) continue;
    const std::uint32_t section = random() % 4;
    const std::uint32_t n = 1 + random() % (step % 2 == 0 ? 8 : 100);
    for (const bool tidy : {true, false}) {
      ASSERT_EQ(free.find_run(section, n, tidy), slow_run(free, section, n, tidy))
          << "step " << step << " section " << section << " n " << n << " tidy " << tidy;
    }
  }
}

TEST(FreeUnits, CountsBySection) {
  const PlanPtr plan = test::make_plan(
      {test::section({.units = "1-10"}), test::section({.units = "A1-A5", .type = "b"})});
  FreeUnits free(plan);
  free.set(Unit{3}, false);
  free.set(Unit{3}, false);
  free.set(Unit{12}, false);
  EXPECT_EQ(free.count(0), 9U);
  EXPECT_EQ(free.count(1), 4U);
  free.set(Unit{3}, true);
  EXPECT_EQ(free.count(0), 10U);
}

TEST(FreeUnits, AMillionUnitsTakeLessThanAMegabyte) {
  for (const std::string_view per_row : {"1", "4", "50", "1000"}) {
    FreeUnits free(test::make_plan({test::section({.units = "1-1000000", .per_row = per_row})}));
    EXPECT_TRUE(free.find_run(0, 1, true));
    EXPECT_LT(free.bytes(), 400'000U) << per_row;
  }
}

}  // namespace
}  // namespace holdfast::engine
