#include "engine/values.h"

#include <gtest/gtest.h>

namespace holdfast::engine {
namespace {

TEST(Values, EveryWordReadsBackAsItsValue) {
  for (const Axis axis : {Axis::kEvent, Axis::kLegs, Axis::kNights, Axis::kSlots}) {
    EXPECT_EQ(parse_axis(word(axis)), axis);
  }
  for (const PayRule rule : {PayRule::kFirst, PayRule::kLater}) {
    EXPECT_EQ(parse_pay_rule(word(rule)), rule);
  }
  for (int i = 1; i <= 7; ++i) {
    const auto status = static_cast<ReservationStatus>(i);
    EXPECT_EQ(parse_reservation_status(word(status)), status);
  }
  for (int i = 0; i <= 4; ++i) {
    const auto role = static_cast<Role>(i);
    EXPECT_EQ(parse_role(word(role)), role);
  }
}

TEST(Values, AnUnknownWordIsABadValueThatNamesThoseKnown) {
  const auto axis = parse_axis("weeks");
  ASSERT_FALSE(axis);
  EXPECT_EQ(axis.error().code(), Code::kBadValue);
  EXPECT_EQ(axis.error().message(), "axis \"weeks\" is none of event, legs, nights, slots");
}

TEST(Values, ANumberThatIsNoEnumeratorIsShownAsUnknown) {
  EXPECT_EQ(word(static_cast<UnitState>(77)), "unknown");
}

}  // namespace
}  // namespace holdfast::engine
