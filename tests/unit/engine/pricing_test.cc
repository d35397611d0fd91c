#include "engine/pricing.h"

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

Offering offering(Axis axis) {
  Offering made = test::make_offering(
      test::make_plan({test::section({.rows = "A-B", .seats = "1-5", .type = "stalls"}),
                       test::section({.rows = "C-D", .seats = "1-5", .type = "circle"})}),
      axis);
  made.row.price_minor = 100;
  made.row.prices = {{"stalls", 8000}};
  return made;
}

std::int64_t total(const Offering& made, Unit unit, Span span, std::uint32_t clients = 1) {
  return price_item(made, unit, span, clients)->total.minor;
}

TEST(Pricing, ATypeHasItsOwnPriceOrThatOfTheOffering) {
  const Offering gala = offering(Axis::kEvent);
  EXPECT_EQ(total(gala, Unit{0}, kEventSpan), 8000);
  EXPECT_EQ(total(gala, Unit{10}, kEventSpan), 100);
}

TEST(Pricing, CountsLegsNightsAndSlots) {
  EXPECT_EQ(total(offering(Axis::kLegs), Unit{10}, {1, 3}), 200);
  EXPECT_EQ(total(offering(Axis::kNights), Unit{10}, {20788, 20790}), 200);
  EXPECT_EQ(total(offering(Axis::kSlots), Unit{10}, {600, 720}), 400);
}

TEST(Pricing, AnOpenStayIsPricedAsOneNight) {
  EXPECT_EQ(total(offering(Axis::kNights), Unit{10}, {20788, kOpenEnd}), 100);
}

TEST(Pricing, DemandRaisesTheRateForEveryClientOnceThereAreMoreThanFree) {
  Offering bus = offering(Axis::kEvent);
  bus.row.price_minor = 200;
  bus.row.demand_free = 2;
  bus.row.demand_step_percent = 5;
  EXPECT_EQ(total(bus, Unit{10}, kEventSpan, 0), 200);
  EXPECT_EQ(total(bus, Unit{10}, kEventSpan, 2), 200);
  EXPECT_EQ(total(bus, Unit{10}, kEventSpan, 3), 230);
  EXPECT_EQ(total(bus, Unit{10}, kEventSpan, 4), 240);
  bus.row.price_minor = 33;
  EXPECT_EQ(total(bus, Unit{10}, kEventSpan, 3), 37);  // 33 + 4.95, rounded down
}

TEST(Pricing, AmountsThatOverflowAreALimit) {
  Offering dear = offering(Axis::kNights);
  dear.row.price_minor = kMaxAmount;
  const auto long_stay = price_item(dear, Unit{10}, {0, 1'400'000}, 1);
  ASSERT_FALSE(long_stay);
  EXPECT_EQ(long_stay.error().code(), Code::kLimit);
  dear.row.demand_step_percent = 1000;
  const auto crowded = price_item(dear, Unit{10}, {0, 1}, 0xffffffff);
  ASSERT_FALSE(crowded);
  EXPECT_EQ(crowded.error().code(), Code::kLimit);
}

TEST(Pricing, ABillHasAtLeastOneNight) {
  EXPECT_EQ(price_quanta({5000}, 0), Money{5000});
  EXPECT_EQ(price_quanta({5000}, 3), Money{15000});
  EXPECT_FALSE(price_quanta({kMaxTotal}, 2));
}

}  // namespace
}  // namespace holdfast::engine
