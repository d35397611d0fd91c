// A disk that fails: what it refused was never acknowledged, and what was acknowledged is there
// after the restart. Faults are made by strace, in the real process.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/crash/load.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

class Fault : public testing::Test {
 protected:
  void SetUp() override {
    Daemon daemon(data());
    prepare_for_load(daemon.ready());
    ASSERT_EQ(daemon.stop(), 0);
  }

  std::filesystem::path data() const { return directory_ / "data"; }

  // The daemon under strace with `injection`, as strace spells it.
  static Daemon::Options failing(const std::string& call, const std::string& injection) {
    return {.arguments = {},
            .configuration = {},
            .wrapper = {"strace", "-D", "-f", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                        fmt::format("inject={}:{}", call, injection)},
            .environment = {}};
  }

  // The same, of calls on this file of the data directory only.
  Daemon::Options failing_on(const std::string& file, const std::string& call,
                             const std::string& injection) const {
    auto options = failing(call, injection);
    options.wrapper.insert(options.wrapper.end(), {"-P", (data() / file).string()});
    return options;
  }

  // Load until the fault ends the server; it must end with `status` and nothing acknowledged lost.
  void expect_end(const Daemon::Options& options, ExitStatus status) {
    Daemon daemon(data(), options);
    Load load(daemon.ready(), ledger_, "faulty", 3);
    EXPECT_EQ(daemon.wait(), status) << daemon.log();
    load.finish();
    compare();
  }
  void compare() {
    Daemon daemon(data());
    EXPECT_EQ(settle_and_compare(daemon.ready(), ledger_), "") << daemon.log();
    EXPECT_EQ(daemon.stop(), 0);
  }

  TempDirectory directory_;
  Ledger ledger_;
};

// `when` counts per thread; the first syncs of each belong to the start.
TEST_F(Fault, AFailedSyncEndsTheServerWithoutAReply) {
  expect_end(failing("fdatasync", "error=EIO:when=40"), 74);
}

TEST_F(Fault, AFailedSyncIsNotRetriedEvenIfTheNextWouldSucceed) {
  expect_end(failing("fdatasync", "error=EIO:when=60..60"), 74);
}

TEST_F(Fault, AFailedWriteEndsTheServerWithoutAReply) {
  expect_end(failing("pwrite64", "error=EIO:when=100"), 74);
}

TEST_F(Fault, AFullDiskUnderTheJournalEndsTheServerWithoutAReply) {
  expect_end(failing("pwrite64", "error=ENOSPC:when=100"), 74);
}

TEST_F(Fault, AShortWriteEndsTheServerWithoutAReply) {
  expect_end(failing("pwrite64", "retval=17:when=100"), 74);
}

// Two more ways to the same end: the base cannot be written, and its sync fails.
TEST_F(Fault, ABaseThatCannotBeWrittenEndsTheServerAndLosesNothing) {
  expect_end(failing_on("base/data.mdb", "pwrite64", "error=EIO:when=12"), 74);
}

TEST_F(Fault, ABaseThatCannotBeSyncedEndsTheServerAndLosesNothing) {
  expect_end(failing_on("base/data.mdb", "fdatasync", "error=EIO:when=4"), 74);
}

// kill -9 exactly within a sync: strace delivers the signal in the call.
TEST_F(Fault, AKillWithinASyncLosesNothing) {
  expect_end(failing("fdatasync", "signal=KILL:when=50"), -9);
}

TEST_F(Fault, ASlowDiskCostsTimeOnly) {
  Daemon daemon(data(), failing("fdatasync", "delay_exit=20000"));
  Load load(daemon.ready(), ledger_, "slow", 3);
  load.wait_for_answers(60);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
  load.finish();
  compare();
}

// Stopped for a while under load, as by a debugger or a frozen container, again and again.
TEST_F(Fault, AStoppedServerGoesOnWhereItWas) {
  Daemon daemon(data());
  Load load(daemon.ready(), ledger_, "stopped", 3);
  WireClient admin(daemon.socket());
  for (int stop = 1; stop <= 5; ++stop) {
    load.wait_for_answers(stop * 20);
    daemon.signal(SIGSTOP);
    ASSERT_TRUE(admin.try_send("PING\n"));
    daemon.signal(SIGCONT);
    EXPECT_EQ(admin.receive().text, "PONG");
  }
  load.wait_for_answers(120);
  EXPECT_EQ(daemon.kill(), -9);
  load.finish();
  compare();
}

// Less room than the reserve: nothing is sold, what is held can be given back, reads go on.
TEST_F(Fault, WithLittleRoomNothingIsSoldAndStockIsGivenBack) {
  std::string locator;
  {
    Daemon daemon(data());
    auto client = log_in_for_load(daemon.ready());
    locator = line_field(client.ask("HOLD yard 7 ttl=30m"), "locator");
    ASSERT_FALSE(locator.empty());
    EXPECT_EQ(daemon.stop(), 0);
  }
  const auto room = std::filesystem::space(data()).available;
  Daemon daemon(data(), {.arguments = {},
                         .configuration = fmt::format("storage.reserve = {}\n", room * 2),
                         .wrapper = {},
                         .environment = {}});
  auto client = log_in_for_load(daemon.ready());
  const auto refused = client.ask("HOLD yard 8");
  EXPECT_EQ(refused.substr(0, 9), "-READONLY") << refused;
  EXPECT_EQ(line_field(refused, "reason"), "disk") << refused;
  EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99999");
  EXPECT_EQ(line_field(client.ask("RELEASE " + locator), "status"), "cancelled");
  EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "100000");
}

}  // namespace
}  // namespace holdfast::test
