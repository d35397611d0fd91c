// A disk that fills up under the real process: what takes stock is refused, what gives it back goes
// on while it can, reads always work, and all of it resumes. On a small disk of its own, and where
// files may not grow.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kReserve = 8 * kMiB;
constexpr std::uint64_t kDisk = 32 * kMiB;

Daemon::Options small_reserve(std::vector<std::string> wrapper = {}) {
  return {.arguments = {},
          .configuration = fmt::format("storage.reserve = {}\n", kReserve),
          .wrapper = std::move(wrapper),
          .environment = {}};
}

bool refused(const std::string& answer) {
  return answer.starts_with("-READONLY ") && line_field(answer, "reason") == "disk";
}

void wait_for_space(const Daemon& daemon, std::string_view word) {
  WireClient admin(daemon.socket());
  eventually(fmt::format("space is {}", word), [&] {
    return admin.command({"INFO", "store"}).text.find(fmt::format("space:{}\r\n", word)) !=
           std::string::npos;
  });
}

// Holds of units 1 to `count`, to be given back later.
std::vector<std::string> hold(WireClient& client, int count) {
  std::vector<std::string> locators;
  for (int unit = 1; unit <= count; ++unit) {
    locators.push_back(
        line_field(client.ask(fmt::format("HOLD yard {} ttl=30m", unit)), "locator"));
  }
  return locators;
}

void release(WireClient& client, std::vector<std::string>& held) {
  const auto answer = client.ask("RELEASE " + held.back());
  ASSERT_EQ(line_field(answer, "status"), "cancelled") << answer;
  held.pop_back();
}

TEST(FullDisk, SalesStopThenAllWritesAndEverythingResumes) {
  SmallDisk disk(kDisk);
  const auto data = disk.path() / "data";
  std::vector<std::string> held;
  {
    Daemon daemon(data, small_reserve());
    prepare_for_load(daemon.ready());
    auto client = log_in_for_load(daemon);
    held = hold(client, 20);

    disk.leave(kReserve / 2);
    wait_for_space(daemon, "low");
    EXPECT_TRUE(refused(client.ask("BOOK yard 50")));
    EXPECT_TRUE(refused(client.ask("HOLD yard 50")));
    release(client, held);
    EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99981");

    disk.leave(0);
    wait_for_space(daemon, "exhausted");
    EXPECT_TRUE(refused(client.ask("RELEASE " + held.back())));
    EXPECT_TRUE(refused(client.ask("BOOK yard 50")));
    EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99981");
    EXPECT_EQ(WireClient(daemon.socket()).ask("PING"), "+PONG");

    disk.leave(kDisk);
    wait_for_space(daemon, "ample");
    release(client, held);
    EXPECT_EQ(line_field(client.ask("BOOK yard 50"), "status"), "confirmed");
    disk.leave(0);
    EXPECT_EQ(daemon.kill(), -9);
  }
  // Without a byte left, a start comes up or says why not; with room it has everything.
  Daemon full(data, small_reserve());
  try {
    full.ready();
    EXPECT_EQ(full.kill(), -9);
  } catch (const std::exception&) {
    EXPECT_EQ(full.wait(), 74) << full.log();
  }
  disk.leave(kDisk);
  Daemon daemon(data, small_reserve());
  auto client = log_in_for_load(daemon.ready());
  EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99981");
  release(client, held);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

// Every customer gives back as fast as the server takes it, on a disk without room for another
// segment: it says no before the journal is at its end.
TEST(FullDisk, GivingBackWithoutEndNeverFillsTheJournal) {
  SmallDisk disk(kDisk);
  Daemon daemon(disk.path() / "data", small_reserve());
  prepare_for_load(daemon.ready());
  auto client = log_in_for_load(daemon);
  auto held = hold(client, 200);
  // At the edge of the quarter of the reserve below which nothing is written any more: which side
  // it is on depends on what the journal and the base take just now.
  disk.leave(kReserve / 4 + 64 * 1024);
  eventually("sales are refused", [&] { return refused(client.ask("HOLD yard n=1 ttl=1s")); });
  while (!held.empty()) {
    const auto answer = client.ask("RELEASE " + held.back());
    if (refused(answer)) break;
    ASSERT_EQ(line_field(answer, "status"), "cancelled") << answer;
    held.pop_back();
  }
  disk.leave(kDisk);
  wait_for_space(daemon, "ample");
  while (!held.empty()) release(client, held);
  eventually("all of it is free",
             [&] { return line_field(client.ask("AVAIL yard"), "free") == "100000"; });
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

// The file of the base may not grow, as under a quota: the disk shows room, and yet a flush finds
// none. Needs no rights.
TEST(FullDisk, ABaseThatMayNotGrowStopsSalesUntilItMay) {
  TempDirectory directory;
  Daemon daemon(directory / "data", small_reserve());
  prepare_for_load(daemon.ready());
  auto client = log_in_for_load(daemon);
  auto held = hold(client, 20);
  const auto limit = [&](rlim_t bytes) {
    const rlimit files{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    ASSERT_EQ(prlimit(daemon.pid(), RLIMIT_FSIZE, &files, nullptr), 0);
  };
  limit(256 * 1024);  // a segment, and no base with room for a flush
  eventually("sales are refused", [&] { return refused(client.ask("HOLD yard n=1 ttl=1s")); });
  release(client, held);
  EXPECT_EQ(WireClient(daemon.socket()).ask("PING"), "+PONG");
  limit(RLIM_INFINITY);
  wait_for_space(daemon, "ample");
  EXPECT_EQ(line_field(client.ask("BOOK yard 50"), "status"), "confirmed");
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
}  // namespace holdfast::test
