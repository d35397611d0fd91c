#include "net/timers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace holdfast::net {
namespace {

using testing::ElementsAre;

TEST(Timers, RunInOrderOfTimeAndOnce) {
  Timers timers;
  std::vector<int> ran;
  timers.add(Time{30}, [&] { ran.push_back(3); });
  timers.add(Time{10}, [&] { ran.push_back(1); });
  timers.add(Time{20}, [&] { ran.push_back(2); });
  timers.run_due(Time{20});
  EXPECT_THAT(ran, ElementsAre(1, 2));
  timers.run_due(Time{100});
  timers.run_due(Time{100});
  EXPECT_THAT(ran, ElementsAre(1, 2, 3));
  EXPECT_EQ(timers.size(), 0U);
}

TEST(Timers, EqualInstantsRunInTheOrderTheyWereAdded) {
  Timers timers;
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) timers.add(Time{10}, [&ran, i] { ran.push_back(i); });
  timers.run_due(Time{10});
  EXPECT_THAT(ran, ElementsAre(0, 1, 2, 3, 4));
}

TEST(Timers, SayHowLongToWait) {
  Timers timers;
  EXPECT_EQ(timers.time_to_next(Time{0}), std::nullopt);
  timers.add(Time{50}, [] {});
  EXPECT_EQ(timers.time_to_next(Time{20}), Duration{30});
  EXPECT_EQ(timers.time_to_next(Time{80}), Duration{0});
}

TEST(Timers, ACancelledTimerDoesNotRun) {
  Timers timers;
  bool ran = false;
  const TimerId id = timers.add(Time{10}, [&] { ran = true; });
  timers.cancel(id);
  timers.cancel(id);
  timers.cancel(0);
  timers.run_due(Time{10});
  EXPECT_FALSE(ran);
}

TEST(Timers, AnActionMayCancelALaterOne) {
  Timers timers;
  bool ran = false;
  TimerId second = 0;
  timers.add(Time{10}, [&] { timers.cancel(second); });
  second = timers.add(Time{10}, [&] { ran = true; });
  timers.run_due(Time{10});
  EXPECT_FALSE(ran);
}

TEST(Timers, ATimerThatReArmsItselfForNowWaitsForTheNextCall) {
  Timers timers;
  int runs = 0;
  std::function<void()> again = [&] {
    ++runs;
    timers.add(Time{5}, again);
  };
  timers.add(Time{5}, again);
  timers.run_due(Time{10});
  EXPECT_EQ(runs, 1);
  timers.run_due(Time{10});
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace holdfast::net
