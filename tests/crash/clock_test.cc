// The wall clock set wrong, by an hour and by ten years, both ways, before a start and while the
// server runs: what was sold stays sold, no hold ends early, and nothing waits for ever.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/moved_clock.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kTenYears = 10 * 365 * 86'400LL;

class ClockSet : public testing::TestWithParam<std::int64_t> {
 protected:
  std::filesystem::path data() const { return directory_ / "data"; }
  Daemon::Options options(std::vector<std::string> arguments = {}) const {
    return {.arguments = std::move(arguments),
            .configuration = {},
            .wrapper = {},
            .environment = clock_.environment()};
  }
  // A server on this clock; a unit held for half an hour and one booked.
  void prepare(Daemon& daemon) {
    prepare_for_load(daemon.ready());
    auto client = log_in_for_load(daemon);
    held_ = line_field(client.ask("HOLD yard 1 ttl=30m"), "locator");
    booked_ = line_field(client.ask("BOOK yard 2"), "locator");
    ASSERT_FALSE(held_.empty() || booked_.empty());
  }
  static std::string status(WireClient& client, const std::string& locator) {
    return client.command({"SHOW", locator}).field("status");
  }
  static bool alarmed(const Daemon& daemon) {
    const auto said = WireClient(daemon.socket()).command({"INFO", "server"}).text;
    return said.find("clock_alarm:1") != std::string::npos;
  }
  // A hold of a second ends, and its unit can be sold again: time goes on.
  static void expect_holds_end(WireClient& client, int unit = 9) {
    const auto held = client.ask(fmt::format("HOLD yard {} ttl=1s", unit));
    ASSERT_EQ(line_field(held, "status"), "held") << held;
    eventually("the hold has ended", [&] {
      return line_field(client.ask(fmt::format("BOOK yard {}", unit)), "status") == "confirmed";
    });
  }

  TempDirectory directory_;
  MovedClock clock_{directory_ / "clock"};
  std::string held_;
  std::string booked_;
};

INSTANTIATE_TEST_SUITE_P(By, ClockSet, testing::Values(kHour, kTenYears),
                         [](const auto& by) { return by.param == kHour ? "AnHour" : "TenYears"; });

TEST_P(ClockSet, BackAStartIsRefusedUntilItIsAccepted) {
  {
    Daemon daemon(data(), options());
    prepare(daemon);
    EXPECT_EQ(daemon.stop(), 0);
  }
  clock_.move(-GetParam());
  {
    Daemon daemon(data(), options());
    EXPECT_EQ(daemon.wait(), 78) << daemon.log();
    EXPECT_NE(daemon.log().find("the wall clock says"), std::string::npos) << daemon.log();
  }
  Daemon daemon(data(), options({"--accept-clock"}));
  auto client = log_in_for_load(daemon.ready());
  EXPECT_EQ(status(client, held_), "held");
  EXPECT_EQ(status(client, booked_), "confirmed");
  expect_holds_end(client);
  EXPECT_TRUE(alarmed(daemon));
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

// A start has nothing to doubt a clock ahead by; what is held ends, what is booked stays.
TEST_P(ClockSet, AheadAStartGoesOnAndSoItDoesWhenTheClockIsRightAgain) {
  {
    Daemon daemon(data(), options());
    prepare(daemon);
    EXPECT_EQ(daemon.kill(), -9);
  }
  clock_.move(GetParam());
  {
    Daemon daemon(data(), options());
    auto client = log_in_for_load(daemon.ready());
    eventually("the hold has ended", [&] { return status(client, held_) == "expired"; });
    EXPECT_EQ(status(client, booked_), "confirmed");
    EXPECT_EQ(line_field(client.ask("BOOK yard 1"), "status"), "confirmed");
    EXPECT_EQ(daemon.stop(), 0);
  }
  clock_.move(0);
  {
    Daemon daemon(data(), options());
    EXPECT_EQ(daemon.wait(), 78) << daemon.log();
  }
  Daemon daemon(data(), options({"--accept-clock"}));
  auto client = log_in_for_load(daemon.ready());
  EXPECT_EQ(status(client, booked_), "confirmed");
  expect_holds_end(client);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

TEST_P(ClockSet, WhileItRunsTheStepIsNotFollowedAndAnAlarmIsRaised) {
  Daemon daemon(data(), options());
  prepare(daemon);
  auto client = log_in_for_load(daemon);
  for (const std::int64_t by : {-GetParam(), GetParam()}) {
    clock_.move(by);
    const auto booked = client.ask("BOOK yard n=1");
    EXPECT_EQ(line_field(booked, "status"), "confirmed") << booked;
    EXPECT_TRUE(alarmed(daemon)) << by;
    EXPECT_EQ(status(client, held_), "held") << by;
    expect_holds_end(client, by < 0 ? 9 : 10);
  }
  clock_.move(0);
  eventually("the alarm is over", [&] { return !alarmed(daemon); });
  EXPECT_EQ(status(client, held_), "held");
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
}  // namespace holdfast::test
