#include "engine/activity.h"

#include <gtest/gtest.h>

namespace holdfast::engine {
namespace {

constexpr OfferingId kBus{1};
constexpr OfferingId kHotel{2};
constexpr ReservationId kFirst{11};
constexpr ReservationId kSecond{12};

TEST(Activity, ASessionCountsOnceHoweverOftenItWatchesAndHolds) {
  Activity activity;
  Session session;
  activity.watch(session, kBus);
  activity.watch(session, kBus);
  activity.enter(session, kFirst, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.unwatch(session, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.leave(kFirst, kBus);
  activity.leave(kFirst, kBus);
  EXPECT_EQ(activity.clients(kBus), 0U);
}

TEST(Activity, CountsEachOfferingByItself) {
  Activity activity;
  Session first;
  Session second;
  activity.watch(first, kBus);
  activity.enter(second, kFirst, kBus);
  activity.enter(second, kFirst, kHotel);
  EXPECT_EQ(activity.clients(kBus), 2U);
  EXPECT_EQ(activity.clients(kHotel), 1U);
  activity.forget(second);
  EXPECT_EQ(activity.clients(kBus), 1U);
  EXPECT_EQ(activity.clients(kHotel), 0U);
  EXPECT_TRUE(second.active.empty());
}

TEST(Activity, AHoldCountsUntilItsLastUnitIsLetGo) {
  Activity activity;
  Session session;
  activity.enter(session, kFirst, kBus);
  activity.enter(session, kFirst, kBus);
  activity.enter(session, kSecond, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.leave(kFirst, kBus);
  activity.leave(kSecond, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.leave(kFirst, kBus);
  EXPECT_EQ(activity.clients(kBus), 0U);
  EXPECT_TRUE(session.holds.empty());
}

TEST(Activity, AHoldOutlivesItsSessionWithoutCounting) {
  Activity activity;
  Session second;
  {
    Session first;
    activity.enter(first, kFirst, kBus);
    activity.forget(first);
  }
  EXPECT_EQ(activity.clients(kBus), 0U);
  activity.watch(second, kBus);
  activity.leave(kFirst, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
}

TEST(Activity, ASessionOfAListenerCountsForWhatItSells) {
  Activity activity;
  Session session;
  activity.bind(session, kBus);
  activity.enter(session, kFirst, kBus);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.forget(session);
  EXPECT_EQ(activity.clients(kBus), 1U);
  activity.bind(session, kHotel);
  EXPECT_EQ(activity.clients(kBus), 0U);
  EXPECT_EQ(activity.clients(kHotel), 1U);
  activity.bind(session, {});
  EXPECT_EQ(activity.clients(kHotel), 0U);
  EXPECT_EQ(activity.clients({}), 0U);
}

TEST(Activity, WhoeverIsAboutToHoldCountsToo) {
  Activity activity;
  Session watching;
  Session coming;
  activity.watch(watching, kBus);
  EXPECT_EQ(activity.clients_with(watching, kBus), 1U);
  EXPECT_EQ(activity.clients_with(coming, kBus), 2U);
  EXPECT_EQ(activity.clients(kBus), 1U);
}

}  // namespace
}  // namespace holdfast::engine
