#include "storage/clock.h"

#include <gtest/gtest.h>

namespace holdfast::storage {
namespace {

class HandClock final : public Clock {
 public:
  Time wall() const override { return wall_; }
  Duration since_boot() const override { return boot_; }
  void pass(Duration by) {
    wall_ = wall_ + by;
    boot_ = {boot_.us + by.us};
  }
  void step(Duration by) { wall_ = wall_ + by; }

 private:
  Time wall_{1'700'000'000'000'000};
  Duration boot_ = Duration::seconds(1000);
};

constexpr Duration kHour = Duration::seconds(3600);

CommandClock started(const Clock& clock, Time last = {}) {
  Result<CommandClock> result = CommandClock::start(clock, last, false);
  EXPECT_TRUE(result);
  return std::move(*result);
}

TEST(FormatUtc, IsIsoWithAndWithoutMicroseconds) {
  EXPECT_EQ(format_utc({0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_utc({1'796'119'904'000'042}), "2026-12-01T10:11:44Z");
  EXPECT_EQ(format_utc({1'796'119'904'000'042}, true), "2026-12-01T10:11:44.000042Z");
  EXPECT_EQ(format_utc({951'782'400'000'000}), "2000-02-29T00:00:00Z");
  EXPECT_EQ(format_utc({-1}, true), "1969-12-31T23:59:59.999999Z");
}

TEST(SystemClock, RunsForwardSinceBoot) {
  const Duration first = system_clock().since_boot();
  EXPECT_GT(first.us, 0);
  EXPECT_GE(system_clock().since_boot(), first);
  EXPECT_GT(system_clock().wall(), Time{1'600'000'000'000'000});
}

TEST(CommandClock, FollowsTheWallClock) {
  HandClock machine;
  CommandClock clock = started(machine);
  EXPECT_EQ(clock.now(), machine.wall());
  machine.pass(Duration::seconds(5));
  EXPECT_EQ(clock.now(), machine.wall());
  EXPECT_FALSE(clock.alarmed());
}

TEST(CommandClock, RisesWithEveryCallAndPeekDoesNotAdvanceIt) {
  HandClock machine;
  CommandClock clock = started(machine);
  const Time first = clock.now();
  EXPECT_EQ(clock.peek(), first);
  EXPECT_EQ(clock.now(), first + Duration{1});
  EXPECT_EQ(clock.now(), first + Duration{2});
  EXPECT_EQ(clock.peek(), first + Duration{2});
  machine.pass(Duration::seconds(1));
  EXPECT_EQ(clock.peek(), machine.wall());
}

TEST(CommandClock, BeginsBehindTheLastRecord) {
  HandClock machine;
  const Time last = machine.wall() + Duration::seconds(10);
  CommandClock clock = started(machine, last);
  EXPECT_EQ(clock.now(), last + Duration{1});
}

TEST(CommandClock, FollowsSmallStepsWithoutEverGoingBack) {
  HandClock machine;
  CommandClock clock = started(machine);
  const Time before = clock.now();
  machine.step(Duration::seconds(-300));
  EXPECT_EQ(clock.now(), before + Duration{1});
  EXPECT_FALSE(clock.alarmed());
  machine.pass(Duration::seconds(301));
  EXPECT_EQ(clock.now(), machine.wall());
  machine.step(Duration::seconds(300));
  EXPECT_EQ(clock.now(), machine.wall());
  EXPECT_FALSE(clock.alarmed());
}

TEST(CommandClock, DoesNotFollowALargeStepUntilItIsAccepted) {
  HandClock machine;
  CommandClock clock = started(machine);
  const Time before = clock.now();
  machine.step(kHour);
  machine.pass(Duration::seconds(1));
  EXPECT_EQ(clock.now(), before + Duration::seconds(1));
  EXPECT_TRUE(clock.alarmed());
  EXPECT_EQ(clock.pending_step(), kHour);
  EXPECT_EQ(clock.accept(), kHour);
  EXPECT_FALSE(clock.alarmed());
  EXPECT_EQ(clock.now(), machine.wall());
}

TEST(CommandClock, ForgetsAnAlarmWhenTheClockIsSetRight) {
  HandClock machine;
  CommandClock clock = started(machine);
  machine.step(kHour);
  clock.now();
  ASSERT_TRUE(clock.alarmed());
  machine.step({-kHour.us});
  EXPECT_EQ(clock.now(), machine.wall() + Duration{1});
  EXPECT_FALSE(clock.alarmed());
  EXPECT_EQ(clock.pending_step(), Duration{});
}

TEST(CommandClock, RefusesToStartFarBehindTheLastRecord) {
  HandClock machine;
  const Time last = machine.wall() + Duration::seconds(301);
  const Result<CommandClock> refused = CommandClock::start(machine, last, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kClock);
  EXPECT_NE(refused.error().message().find(format_utc(last)), std::string::npos);
  EXPECT_NE(refused.error().message().find(format_utc(machine.wall())), std::string::npos);

  Result<CommandClock> accepted = CommandClock::start(machine, last, true);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->now(), last + Duration{1});
}

TEST(CommandClock, RunsOnFromTheLastRecordWhenAClockFarBehindItIsAccepted) {
  constexpr Duration kTenYears = Duration::seconds(10LL * 365 * 86'400);
  HandClock machine;
  const Time last = machine.wall() + kTenYears;
  Result<CommandClock> clock = CommandClock::start(machine, last, true);
  ASSERT_TRUE(clock);
  machine.pass(kHour);
  EXPECT_EQ(clock->now(), last + kHour);
  EXPECT_TRUE(clock->alarmed());
  EXPECT_EQ(clock->pending_step(), Duration{-kTenYears.us});
  machine.step(kTenYears);
  EXPECT_EQ(clock->now(), machine.wall() + Duration{1});
  EXPECT_FALSE(clock->alarmed());
}

TEST(CommandClock, StartsUpToFiveMinutesBehindTheLastRecord) {
  HandClock machine;
  EXPECT_TRUE(CommandClock::start(machine, machine.wall() + Duration::seconds(300), false));
}

TEST(ParseUtc, ReadsWhatFormatUtcWrites) {
  for (const std::int64_t us : {0L, 1'796'119'904'000'000L, 1'796'119'904'123'456L}) {
    EXPECT_EQ(parse_utc(format_utc(Time{us}, true))->us, us);
  }
  EXPECT_EQ(parse_utc("2026-12-01T10:11:44Z")->us, 1'796'119'904'000'000);
  EXPECT_EQ(parse_utc("2026-12-01T10:11:44.5Z")->us, 1'796'119'904'500'000);
}

TEST(ParseUtc, RefusesWhatIsNoInstant) {
  for (const char* text :
       {"", "2026-12-01", "2026-12-01T10:11Z", "2026-12-01T10:11:44", "2026-13-01T10:11:44Z",
        "2026-02-30T10:11:44Z", "2026-12-01T24:11:44Z", "2026-12-01T10:60:44Z",
        "2026-12-01T10:11:44.Z", "2026-12-01T10:11:44.1234567Z", "2026-12-01T10:11:44Zx",
        "26-12-01T10:11:44Z", "2026-12-01 10:11:44Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::storage
