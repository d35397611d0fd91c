#include "engine/choice.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/occupancy.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

// An offering of which units can be taken and given back, committed each time.
class House {
 public:
  House(PlanPtr plan, Axis axis) : offering_(test::make_offering(std::move(plan), axis)) {}

  void occupy(std::string_view label, Span span = kEventSpan) {
    change(*offering_.plan->unit(label), span, UnitState::kHeld);
  }
  void change(Unit unit, Span span, UnitState state) {
    const auto txn = store_.begin();
    if (state == UnitState::kFree) {
      test::expect_ok(release(*txn, offering_.id, unit, span.from));
    } else {
      test::expect_ok(take(*txn, offering_.id, unit, span, ReservationId{1}, 1, state));
    }
    ASSERT_TRUE(store_.commit(*txn, {}));
    const UnitChange made{offering_.id, unit, span, state};
    choice_.apply({&made, 1});
  }

  // The labels chosen, or the word of the error with its facts.
  std::string choose(const ChoiceRequest& request, Span span = kEventSpan) {
    const auto txn = store_.begin();
    return told(choice_.choose(*txn, offering_, span, request));
  }
  std::string told(const Result<std::vector<Unit>>& units) const {
    std::string text;
    if (!units) {
      text = storage::wire_word(units.error().code());
      for (const auto& [name, value] : units.error().fields()) text += " " + name + "=" + value;
      return text;
    }
    for (const Unit unit : *units) text += (text.empty() ? "" : " ") + offering_.plan->label(unit);
    return text;
  }

  test::MemoryStore store_;
  Choice choice_;
  Offering offering_;
};

House one_row(std::uint32_t units = 10) {
  return {test::make_plan({test::section(
              {.rows = "A", .seats = "1-" + std::to_string(units), .type = "seat"})}),
          Axis::kEvent};
}

TEST(Choice, TakesTheLowestLabelsOfAnEmptyHouse) {
  House house = one_row();
  EXPECT_EQ(house.choose({.n = 3}), "A1 A2 A3");
  EXPECT_EQ(house.choose({.n = 3, .together = true}), "A1 A2 A3");
}

TEST(Choice, PrefersARunThatLeavesNoSingleUnitAlone) {
  House house = one_row(12);
  house.occupy("A4");  // free: A1-A3, A5-A12
  EXPECT_EQ(house.choose({.n = 2, .together = true}), "A5 A6");
  EXPECT_EQ(house.choose({.n = 3, .together = true}), "A1 A2 A3");
  EXPECT_EQ(house.choose({.n = 7, .together = true}), "A5 A6 A7 A8 A9 A10 A11");
}

TEST(Choice, LeavesASingleUnitAloneWhenItCannotBeAvoided) {
  House house = one_row(3);
  EXPECT_EQ(house.choose({.n = 2, .together = true}), "A1 A2");
}

TEST(Choice, RunsEndWithTheirRowAndSection) {
  House house({test::make_plan({test::section({.rows = "A-B", .seats = "1-3"}),
                                test::section({.rows = "C", .seats = "1-4"})}),
               Axis::kEvent});
  EXPECT_EQ(house.choose({.n = 4, .together = true}), "C1 C2 C3 C4");
  EXPECT_EQ(house.choose({.n = 5, .together = true}), "NOTTOGETHER");
}

TEST(Choice, RunsEndAtAnAisle) {
  for (const Axis axis : {Axis::kEvent, Axis::kNights}) {
    const Span span = axis == Axis::kEvent ? kEventSpan : Span{5, 8};
    House house(
        {test::make_plan({test::section({.rows = "A", .seats = "1-10", .aisles = "4"})}), axis});
    house.occupy("A1", span);  // free: A2-A4, and A5-A10 beyond the aisle
    EXPECT_EQ(house.choose({.n = 4, .together = true}, span), "A5 A6 A7 A8");
    EXPECT_EQ(house.choose({.n = 3, .together = true}, span), "A2 A3 A4");
    EXPECT_EQ(house.choose({.n = 7, .together = true}, span), "NOTTOGETHER");
    EXPECT_EQ(house.choose({.n = 7}, span), "A2 A3 A4 A5 A6 A7 A8");
  }
}

// A million rooms of which few are taken: nothing looks at the free ones.
TEST(Choice, OfAHugeHouseLooksAtOccupiedUnitsOnly) {
  House house(
      {test::make_plan({test::section({.units = "1-1000000", .per_row = "10"})}), Axis::kNights});
  house.occupy("1", {100, 105});
  house.occupy("500000", {102, 105});
  for (std::int32_t day = 10; day < 60; ++day) house.occupy("7", {day, day + 1});
  const std::size_t before = house.store_.steps();
  EXPECT_EQ(house.choose({.n = 11, .together = true}, {102, 104}), "NOTTOGETHER");
  EXPECT_EQ(house.choose({.n = 10, .together = true}, {102, 104}), "11 12 13 14 15 16 17 18 19 20");
  EXPECT_TRUE(house.choose({.n = 200}, {102, 104}).starts_with("2 3 4"));
  EXPECT_TRUE(house.choose({.n = 200, .lowest = true}, {102, 104}).starts_with("2 3 4"));
  EXPECT_EQ(house.choose({.n = 11, .together = true}, {102, kOpenEnd}), "NOTTOGETHER");
  EXPECT_LT(house.store_.steps() - before, 200U);
}

// What is taken at other times is looked at only where it may matter.
TEST(Choice, OfAHouseThatIsFullAtAnotherTimeLooksAtItsBeginningOnly) {
  House house(
      {test::make_plan({test::section({.units = "1-1000", .per_row = "10"})}), Axis::kNights});
  for (std::uint32_t unit = 0; unit < 1000; ++unit) {
    house.change(Unit{unit}, {5, 8}, UnitState::kBooked);
  }
  const std::size_t before = house.store_.steps();
  EXPECT_EQ(house.choose({.n = 3, .together = true}, {8, 9}), "1 2 3");
  EXPECT_EQ(house.choose({.n = 3, .lowest = true}, {2, 5}), "1 2 3");
  EXPECT_LT(house.store_.steps() - before, 100U);
}

TEST(Choice, OfAFullHouseLooksAtABoundedNumberOfUnits) {
  House house(
      {test::make_plan({test::section({.units = "1-60000", .per_row = "10"})}), Axis::kNights});
  const auto occupy = [&](std::uint32_t from, std::uint32_t to) {
    const auto txn = house.store_.begin();
    for (std::uint32_t unit = from; unit < to; ++unit) {
      test::expect_ok(take(*txn, house.offering_.id, Unit{unit}, {5, 8}, ReservationId{1}, 1,
                           UnitState::kBooked));
    }
    ASSERT_TRUE(house.store_.commit(*txn, {}));
  };
  occupy(1, 10);
  occupy(11, 60000);
  // Beyond the bound the best so far is taken, and where there is nothing that is told.
  EXPECT_EQ(house.choose({.n = 2}, {5, 8}), "1 11");
  EXPECT_EQ(house.choose({.n = 4, .upto = true}, {5, 8}), "1 11");
  EXPECT_EQ(house.choose({.n = 2, .together = true}, {5, 8}), "LIMIT");
  EXPECT_EQ(house.choose({.n = 3}, {5, 8}), "LIMIT");
}

TEST(Choice, WithoutTogetherScatteredUnitsWillDo) {
  House house = one_row(7);
  for (const char* label : {"A2", "A4", "A6"}) house.occupy(label);
  EXPECT_EQ(house.choose({.n = 2, .together = true}), "NOTTOGETHER");
  EXPECT_EQ(house.choose({.n = 2}), "A1 A3");
}

TEST(Choice, WithoutTogetherAdjacentUnitsComeFirst) {
  House house = one_row(9);
  house.occupy("A2");
  EXPECT_EQ(house.choose({.n = 2}), "A3 A4");
}

TEST(Choice, KeepsToTheTypeAskedFor) {
  House house({test::make_plan({test::section({.rows = "A", .seats = "1-3", .type = "stalls"}),
                                test::section({.rows = "B", .seats = "1-3", .type = "circle"})}),
               Axis::kEvent});
  EXPECT_EQ(house.choose({.type = "circle", .n = 3}), "B1 B2 B3");
  EXPECT_EQ(house.choose({.type = "circle", .n = 4}), "SOLDOUT available=3");
  EXPECT_EQ(house.choose({.n = 4}), "A1 A2 A3 B1");
}

TEST(Choice, UpToTakesWhatIsLeftAtLeastOne) {
  House house = one_row(4);
  house.occupy("A2");
  house.occupy("A3");
  EXPECT_EQ(house.choose({.n = 4, .upto = true}), "A1 A4");
  house.occupy("A1");
  house.occupy("A4");
  EXPECT_EQ(house.choose({.n = 4, .upto = true}), "SOLDOUT available=0");
}

TEST(Choice, LowestGoesDownTheListWhateverIsLeftAlone) {
  House house = one_row();
  house.occupy("A3");
  EXPECT_EQ(house.choose({.n = 1, .lowest = true}), "A1");
  EXPECT_EQ(house.choose({.n = 3, .lowest = true}), "A1 A2 A4");
  EXPECT_EQ(house.choose({.n = 20, .upto = true, .lowest = true}), "A1 A2 A4 A5 A6 A7 A8 A9 A10");
  EXPECT_EQ(house.choose({.n = 20, .lowest = true}), "SOLDOUT available=9");
}

TEST(Choice, LowestDoesSoForStaysToo) {
  House house(test::make_plan({test::section({.rows = "A", .seats = "1-10", .type = "seat"})}),
              Axis::kNights);
  house.occupy("A3", {100, 105});
  for (const std::int32_t to : {105, kOpenEnd}) {
    EXPECT_EQ(house.choose({.n = 1, .lowest = true}, {102, to}), "A1") << to;
    EXPECT_EQ(house.choose({.n = 3, .lowest = true}, {102, to}), "A1 A2 A4") << to;
    EXPECT_EQ(house.choose({.n = 20, .upto = true, .lowest = true}, {102, to}),
              "A1 A2 A4 A5 A6 A7 A8 A9 A10")
        << to;
    EXPECT_EQ(house.choose({.n = 20, .lowest = true}, {102, to}), "SOLDOUT available=9") << to;
  }
}

TEST(Choice, LeavesAloneWhatTheCommandHasAlready) {
  House house = one_row(6);
  const std::vector<Unit> excluded{Unit{0}, Unit{1}};
  EXPECT_EQ(house.choose({.n = 2, .excluded = excluded}), "A3 A4");
  EXPECT_EQ(house.choose({.n = 2}), "A1 A2");
}

TEST(Choice, SeesPendingChangesOfItsCommandAndForgetsThem) {
  House house = one_row(3);
  for (const char* label : {"A1", "A2", "A3"}) house.occupy(label);
  EXPECT_EQ(house.choose({.n = 1}), "SOLDOUT available=0");
  const std::vector<UnitChange> freed{{house.offering_.id, Unit{1}, kEventSpan, UnitState::kFree}};
  const auto txn = house.store_.begin();
  EXPECT_EQ(house.told(house.choice_.choose(*txn, house.offering_, kEventSpan, {.n = 1}, freed)),
            "A2");
  EXPECT_EQ(house.told(house.choice_.choose(*txn, house.offering_, kEventSpan, {.n = 1})),
            "SOLDOUT available=0");
}

TEST(Choice, KeepsNoSetThatWasBuiltFromUncommittedRows) {
  House house = one_row(3);
  {
    const auto dropped = house.store_.begin();
    test::expect_ok(take(*dropped, house.offering_.id, Unit{0}, kEventSpan, ReservationId{1}, 1,
                         UnitState::kHeld));
    EXPECT_EQ(house.told(house.choice_.choose(*dropped, house.offering_, kEventSpan, {.n = 1})),
              "A2");
  }
  EXPECT_EQ(house.choice_.sets(), 0U);
  EXPECT_EQ(house.choose({.n = 3}), "A1 A2 A3");
}

TEST(Choice, DropsASetWhenItsOfferingIsDropped) {
  House house = one_row(3);
  house.choose({.n = 1});
  EXPECT_EQ(house.choice_.sets(), 1U);
  EXPECT_GT(house.choice_.bytes(), 0U);
  house.choice_.forget(house.offering_.id);
  EXPECT_EQ(house.choice_.sets(), 0U);
  EXPECT_EQ(house.choice_.bytes(), 0U);
}

TEST(Choice, DropsASetThatIsIdle) {
  House busy = one_row(3);
  const Offering idle = [&] {
    Offering other = busy.offering_;
    other.id = OfferingId{99};
    return other;
  }();
  const auto txn = busy.store_.begin();
  ASSERT_TRUE(busy.choice_.choose(*txn, idle, kEventSpan, {.n = 1}));
  for (std::uint64_t i = 0; i <= Choice::kIdleChoices; ++i) {
    ASSERT_TRUE(busy.choice_.choose(*txn, busy.offering_, kEventSpan, {.n = 1}));
  }
  EXPECT_EQ(busy.choice_.sets(), 1U);
}

TEST(Choice, StaysWithinItsMemory) {
  House house({test::make_plan({test::section({.units = "1-4000000"})}), Axis::kEvent});
  const auto txn = house.store_.begin();
  for (std::uint32_t id = 1; id <= 60; ++id) {
    house.offering_.id = OfferingId{id};
    ASSERT_TRUE(house.choice_.choose(*txn, house.offering_, kEventSpan, {.n = 1}));
    ASSERT_LE(house.choice_.bytes(), Choice::kMaxBytes);
  }
  EXPECT_LT(house.choice_.sets(), 60U);
}

TEST(Choice, OfNightsLooksAtTheSpan) {
  House inn({test::make_plan({test::section({.units = "1-5", .type = "room"})}), Axis::kNights});
  inn.occupy("1", {10, 12});
  inn.occupy("2", {14, kOpenEnd});
  EXPECT_EQ(inn.choose({.n = 1}, {12, 14}), "1");
  EXPECT_EQ(inn.choose({.n = 1}, {11, 14}), "2");
  EXPECT_EQ(inn.choose({.n = 1}, {11, 15}), "3");
  EXPECT_EQ(inn.choose({.n = 4}, {11, 15}), "SOLDOUT available=3");
  EXPECT_EQ(inn.choose({.n = 4, .upto = true}, {11, 15}), "3 4 5");
}

TEST(Choice, OfAnOpenStayPassesOverOpenStays) {
  House inn({test::make_plan({test::section({.units = "1-4", .type = "room"})}), Axis::kNights});
  inn.occupy("1", {10, kOpenEnd});
  inn.occupy("2", {20, 22});
  EXPECT_EQ(inn.choose({.n = 1}, {15, kOpenEnd}), "3");
  EXPECT_EQ(inn.choose({.n = 1}, {22, kOpenEnd}), "2");
  inn.change(Unit{0}, {10, kOpenEnd}, UnitState::kFree);
  EXPECT_EQ(inn.choose({.n = 1}, {15, kOpenEnd}), "1");
}

// Row, and how many aisles lie before the unit in it: units of one block are adjacent.
using Block = std::pair<std::uint32_t, std::ptrdiff_t>;

Block block_of(const Plan& plan, Unit unit) {
  const Place place = plan.place(unit);
  const auto before = [&](std::uint16_t aisle) { return aisle < place.column; };
  return {place.row, std::ranges::count_if(plan.sections()[place.section].aisles, before)};
}

// What the rules say, worked out over all placements.
std::vector<Unit> expected(const Plan& plan, const std::set<std::uint32_t>& taken,
                           const ChoiceRequest& request, bool& refused) {
  std::vector<Unit> free;
  for (std::uint32_t i = 0; i < plan.units(); ++i) {
    const bool fits = request.type.empty() || plan.type(Unit{i}) == request.type;
    if (fits && !taken.contains(i)) free.push_back(Unit{i});
  }
  refused = free.size() < request.n && !(request.upto && !free.empty());
  if (refused) return {};
  const auto n = std::min<std::size_t>(request.n, free.size());
  const auto is_free = [&](const Block& row, std::int64_t unit) {
    return unit >= 0 && unit < plan.units() &&
           block_of(plan, Unit{static_cast<std::uint32_t>(unit)}) == row &&
           std::ranges::find(free, Unit{static_cast<std::uint32_t>(unit)}) != free.end();
  };
  for (const bool tidy : {true, false}) {
    for (const Unit first : free) {
      const Block row = block_of(plan, first);
      bool fits = true;
      for (std::uint32_t i = 0; i < n; ++i) fits = fits && is_free(row, first.value + i);
      const std::int64_t left = std::int64_t{first.value} - 1;
      const std::int64_t right = std::int64_t{first.value} + static_cast<std::int64_t>(n);
      const bool alone = (is_free(row, left) && !is_free(row, left - 1)) ||
                         (is_free(row, right) && !is_free(row, right + 1));
      if (!fits || (tidy && alone)) continue;
      std::vector<Unit> run;
      for (std::uint32_t i = 0; i < n; ++i) run.push_back(Unit{first.value + i});
      return run;
    }
  }
  refused = request.together;
  free.resize(refused ? 0 : n);
  return free;
}

void compare_with_rules(Axis axis, Span span) {
  const unsigned seed = 42;
  SCOPED_TRACE(seed);
  std::mt19937 engine(seed);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  House house({test::make_plan(
                   {test::section({.rows = "A-D", .seats = "1-7", .aisles = "4", .type = "a"}),
                    test::section({.units = "1-31", .per_row = "4", .type = "b"}),
                    test::section({.rows = "E", .seats = "1-9", .aisles = "3,6", .type = "a"})}),
               axis});
  const Plan& plan = *house.offering_.plan;
  std::set<std::uint32_t> taken;
  for (int step = 0; step < 3000; ++step) {
    const std::uint32_t unit = random() % plan.units();
    const bool take = !taken.contains(unit);
    house.change(Unit{unit}, span, take ? UnitState::kHeld : UnitState::kFree);
    if (take)
      taken.insert(unit);
    else
      taken.erase(unit);
    ChoiceRequest request{.n = 1 + random() % 8};
    if (random() % 2 == 0) request.type = random() % 2 == 0 ? "a" : "b";
    request.together = random() % 2 == 0;
    request.upto = !request.together && random() % 2 == 0;
    bool refused = false;
    const std::vector<Unit> wanted = expected(plan, taken, request, refused);
    const auto txn = house.store_.begin();
    const auto chosen = house.choice_.choose(*txn, house.offering_, span, request);
    ASSERT_EQ(chosen.has_value(), !refused) << step;
    if (chosen) {
      ASSERT_EQ(house.told(chosen), house.told(wanted)) << step;
    }
  }
}

TEST(Choice, OfEventsFollowsTheRulesThroughRandomHouses) {
  compare_with_rules(Axis::kEvent, kEventSpan);
}

TEST(Choice, OfNightsFollowsTheSameRules) {
  compare_with_rules(Axis::kNights, {5, 7});
}

TEST(Choice, OfOpenStaysFollowsTheSameRules) {
  compare_with_rules(Axis::kNights, {5, kOpenEnd});
}

TEST(Available, CountsBySectionAndListsTheFirstFreeOnEveryAxis) {
  for (const Axis axis : {Axis::kEvent, Axis::kNights}) {
    const Span span = axis == Axis::kEvent ? kEventSpan : Span{5, 8};
    House house({test::make_plan({test::section({.rows = "A", .seats = "1-4", .type = "a"}),
                                  test::section({.rows = "B", .seats = "1-4", .type = "b"})}),
                 axis});
    house.occupy("A1", span);
    house.occupy("B2", span);
    house.occupy("B4", span);
    if (axis == Axis::kNights) house.occupy("B4", {9, 12});
    const auto txn = house.store_.begin();
    const auto all = *house.choice_.available(*txn, house.offering_, span, "", 4);
    EXPECT_EQ(all.by_section, (std::vector<std::uint32_t>{3, 2}));
    EXPECT_EQ(house.told(all.first), "A2 A3 A4 B1");
    const auto b = *house.choice_.available(*txn, house.offering_, span, "b", 9);
    EXPECT_EQ(house.told(b.first), "B1 B3");
  }
}

}  // namespace
}  // namespace holdfast::engine
