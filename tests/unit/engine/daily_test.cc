// What the engine does by itself once a venue day. It is 2026-12-01, 10:00 in UTC.

#include "engine/daily.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

constexpr std::int64_t kHour = 3600LL * 1'000'000;

class DailyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(
        code("OFFERING CREATE bus plan=ten axis=event currency=INR price=1 zone=Asia/Kolkata"),
        "OK");
    ASSERT_EQ(code("OFFERING CREATE meal plan=ten axis=slots slot=1m currency=USD price=1"), "OK");
    machine_.turn();
  }
  std::string code(std::string_view line) { return machine_.code(admin_, line); }
  std::size_t records() { return machine_.store().records().size(); }

  Machine machine_;
  Session& admin_ = machine_.connect_as_admin();
};

TEST_F(DailyTest, WhatIsDueRunsWhenItIsScheduled) {
  machine_.engine().schedule({roll_daily("bus")});
  EXPECT_EQ(machine_.last_words(), "OFFERING ROLL bus");
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "OK");
}

TEST_F(DailyTest, RunsOnceADayAndAgainAfterTheVenuesMidnight) {
  machine_.engine().schedule({roll_daily("bus")});
  const auto before = records();
  machine_.turn();
  machine_.clock().passed_us = 8 * kHour;  // 23:30 in Kolkata
  machine_.turn();
  EXPECT_EQ(records(), before);
  EXPECT_EQ(machine_.engine().time_to_next(), Duration::seconds(1800));
  machine_.clock().passed_us = 8 * kHour + kHour / 2;
  machine_.turn();
  EXPECT_EQ(records(), before + 1);
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-02"), "OK");
  machine_.turn();
  EXPECT_EQ(records(), before + 1);
}

TEST_F(DailyTest, DaysThatWereSleptThroughAreNotMadeUpFor) {
  machine_.engine().schedule({roll_daily("bus")});
  machine_.clock().passed_us = 100 * kHour;
  machine_.turn();
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-03"), "NOTFOUND");
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-05"), "OK");
}

TEST_F(DailyTest, AnOfferingThatIsMadeLaterIsServedFromThenOn) {
  machine_.engine().schedule({roll_daily("late"), roll_daily("bus")});
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "OK");
  ASSERT_EQ(code("OFFERING CREATE late plan=ten axis=event currency=INR price=1"), "OK");
  machine_.clock().passed_us = Daily::kAgain.us + 1'000'000;
  machine_.turn();
  EXPECT_EQ(code("OFFERING SHOW late-2026-12-01"), "OK");
}

TEST_F(DailyTest, WhatSaysThatThereIsMoreGoesOnInTheNextTurn) {
  for (int day = 10; day <= 11; ++day) {
    for (int minute = 0; minute < 150; ++minute) {
      ASSERT_EQ(code(fmt::format("BOOK meal 1 at=2026-11-{}T{:02}:{:02}/{:02}:{:02}", day,
                                 minute / 60, minute % 60, (minute + 1) / 60, (minute + 1) % 60)),
                "OK");
    }
  }
  const auto before = records();
  machine_.engine().schedule({purge_daily("meal")});
  EXPECT_EQ(records(), before + 1);
  machine_.turn();
  EXPECT_EQ(records(), before + 2);
  machine_.turn();
  EXPECT_EQ(records(), before + 2);
  EXPECT_EQ(machine_.field(admin_, "MAP meal", "booked"), "0");
}

TEST_F(DailyTest, WithoutRoomOrWhileDrainingNothingRuns) {
  machine_.store().set_space(storage::Space::kExhausted);
  machine_.engine().schedule({roll_daily("bus")});
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "NOTFOUND");
  machine_.store().set_space(storage::Space::kAmple);
  machine_.engine().drain();
  machine_.turn();
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "NOTFOUND");
}

TEST_F(DailyTest, AFullDiskOnlyPutsItOff) {
  machine_.store().set_space(storage::Space::kLow);
  machine_.engine().schedule({roll_daily("bus")});
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "NOTFOUND");
  machine_.store().set_space(storage::Space::kAmple);
  machine_.clock().passed_us = Daily::kAgain.us + 1'000'000;
  machine_.turn();
  EXPECT_EQ(code("OFFERING SHOW bus-2026-12-01"), "OK");
}

}  // namespace
}  // namespace holdfast::engine
