// kill -9 under load, again and again: after each restart the server knows everything it ever
// acknowledged, and in the end base and journal say the same.
//
// HOLDFAST_CRASH_CYCLES: how often; many in the long suite, as many as CRASH_CYCLES says if it is
// set. CRASH_SEED: when to kill.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "migrations/registry.h"
#include "storage/digest.h"
#include "storage/read_only_store.h"
#include "tests/crash/load.h"
#include "tests/crash/replayed_state.h"
#include "tests/support/eventually.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

// What is known grows with each cycle, and so does the time to compare it: then a new server.
constexpr std::uint64_t kCyclesOfAServer = 50;

// Smallest segments: several are filled between two kills.
const Daemon::Options kTinySegments{.arguments = {},
                                    .configuration = "storage.segment_size = 64KiB\n",
                                    .wrapper = {},
                                    .environment = {}};

// Of a server that was stopped: the digest that it kept while it wrote, and that of its journal.
void expect_base_equals_journal(const std::filesystem::path& data) {
  const auto& schema = migrations::current();
  const auto base = storage::ReadOnlyStore::open(
      {.directory = data.string(), .tables = schema.tables, .schema_version = schema.version});
  ASSERT_TRUE(base) << base.error().to_string();
  const auto digest = (*base)->digest();
  ASSERT_TRUE(digest) << digest.error().to_string();
  const auto replayed = replay_journal(data);
  ASSERT_TRUE(replayed) << replayed.error().to_string();
  EXPECT_EQ((*base)->last_seq(), replayed->seq);
  EXPECT_EQ(storage::format_digest(*digest), storage::format_digest(replayed->digest));
}

// One server through `cycles` kills.
void kill_again_and_again(std::uint64_t cycles, std::mt19937_64& random) {
  TempDirectory directory;
  Ledger ledger;
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    Daemon daemon(directory / "data", kTinySegments);
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
    load.wait_for_answers(static_cast<int>(20 + random() % 580));
    daemon.kill();
    load.finish();
  }
  {
    Daemon daemon(directory / "data", kTinySegments);
    daemon.ready();
    ASSERT_EQ(settle_and_compare(daemon, ledger), "") << daemon.log();
    EXPECT_GT(ledger.booked.size(), 20U);
    EXPECT_EQ(daemon.stop(), 0);
  }
  expect_base_equals_journal(directory / "data");
}

TEST(Kill, NothingAcknowledgedIsLostUnderLoad) {
  const auto seed = seed_setting("CRASH_SEED");
  SCOPED_TRACE(fmt::format("CRASH_SEED={}", seed));
  std::mt19937_64 random(seed);
  auto left = setting("CRASH_CYCLES", HOLDFAST_CRASH_CYCLES, 1, 1'000'000);
  while (left > 0 && !testing::Test::HasFailure()) {
    const auto cycles = std::min(left, kCyclesOfAServer);
    kill_again_and_again(cycles, random);
    left -= cycles;
  }
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
