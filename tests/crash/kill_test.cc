// kill -9 under load, again and again: after each restart the server knows everything it ever
// acknowledged. HOLDFAST_CRASH_CYCLES: how often; many in the long suite.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

TEST(Kill, NothingAcknowledgedIsLostUnderLoad) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(fmt::format("seed {}", seed));
  std::mt19937 random(seed);
  TempDirectory directory;
  Ledger ledger;
  // Smallest segments: several are filled between two kills.
  const Daemon::Options options{.arguments = {},
                                .configuration = "storage.segment_size = 64KiB\n",
                                .wrapper = {},
                                .environment = {}};
  for (int cycle = 0; cycle < HOLDFAST_CRASH_CYCLES; ++cycle) {
    Daemon daemon(directory / "data", options);
    if (cycle % 3 == 2) {
      // Killed within recovery, wherever that is; the next start recovers again.
      daemon.wait_for_log("event=starting");
      daemon.kill();
      continue;
    }
    daemon.ready();
    if (cycle == 0) prepare_for_load(daemon);
    ASSERT_EQ(settle_and_compare(daemon, ledger), "") << "cycle " << cycle << "\n" << daemon.log();
    Load load(daemon, ledger, fmt::format("cycle{}", cycle), 4);
    load.wait_for_answers(std::uniform_int_distribution(20, 600)(random));
    daemon.kill();
    load.finish();
  }
  Daemon daemon(directory / "data", options);
  daemon.ready();
  EXPECT_EQ(settle_and_compare(daemon, ledger), "") << daemon.log();
  EXPECT_GT(ledger.booked.size(), 100U);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST(Kill, ACleanStopUnderLoadLosesNothingEither) {
  TempDirectory directory;
  Ledger ledger;
  for (int cycle = 0; cycle < 3; ++cycle) {
    Daemon daemon(directory / "data");
    daemon.ready();
    if (cycle == 0) prepare_for_load(daemon);
    ASSERT_EQ(settle_and_compare(daemon, ledger), "") << daemon.log();
    Load load(daemon, ledger, fmt::format("cycle{}", cycle), 4);
    load.wait_for_answers(100);
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
    load.finish();
  }
}

// What a hold has left to live is what it had before the crash.
TEST(Kill, HoldsKeepTheirDeadline) {
  TempDirectory directory;
  std::string locator;
  std::string until;
  {
    Daemon daemon(directory / "data");
    prepare_for_load(daemon.ready());
    auto client = log_in_for_load(daemon);
    const auto held = client.ask("HOLD yard 1 ttl=30m");
    locator = line_field(held, "locator");
    until = line_field(held, "until");
    ASSERT_FALSE(until.empty()) << held;
    daemon.kill();
  }
  Daemon daemon(directory / "data");
  auto client = log_in_for_load(daemon.ready());
  const auto shown = client.command({"SHOW", locator});
  EXPECT_EQ(shown.field("status"), "held") << shown.to_string();
  EXPECT_EQ(shown.field("until"), until);
}

// A payment whose answer was lost with the process is asked for again, and taken once.
TEST(Kill, APaymentUnderWayIsFinishedAfterTheRestart) {
  TempDirectory directory;
  std::string locator;
  {
    Daemon daemon(directory / "data", {.arguments = {},
                                       .configuration = "payment.delay = 1h\n",
                                       .wrapper = {},
                                       .environment = {}});
    prepare_for_load(daemon.ready());
    auto client = log_in_for_load(daemon);
    locator = line_field(client.ask("HOLD yard 1"), "locator");
    client.send("PAY " + locator + "\n");
    WireClient admin(daemon.socket());
    eventually("the payment is pending",
               [&] { return admin.command({"SHOW", locator}).field("payment") == "pending"; });
    daemon.kill();
  }
  Daemon daemon(directory / "data");
  auto client = log_in_for_load(daemon.ready());
  eventually("the payment has an answer",
             [&] { return client.command({"SHOW", locator}).field("payment") != "pending"; });
  const auto shown = client.command({"SHOW", locator});
  EXPECT_EQ(shown.field("status"), "confirmed") << shown.to_string();
  EXPECT_EQ(shown.field("payment"), "paid");
}

}  // namespace
}  // namespace holdfast::test
