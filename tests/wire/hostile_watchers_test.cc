// Watchers who never read. It takes tens of megabytes to reach their bound, so this is in the long
// suite alone.

#include <algorithm>

#include "net/limits.h"
#include "tests/wire/hostile.h"

namespace holdfast::test {
namespace {

// Hundreds of changes a command, for watchers who never read: they are cut off at their bound.
TEST_F(Hostile, WatchersThatNeverReadAreCutOff) {
  constexpr std::size_t kWatchers = 3;
  auto crowd = mute_crowd(kWatchers);
  for (auto& client : crowd) ASSERT_GT(client.send("WATCH yard\n"), 0U);
  const auto closed = [&] {
    std::size_t count = 0;
    const auto log = server_.daemon().log();
    for (auto at = log.find("watcher too slow"); at != std::string::npos;
         at = log.find("watcher too slow", at + 1)) {
      ++count;
    }
    return count;
  };
  std::uint64_t most = before_;
  for (int round = 0; closed() < kWatchers; ++round) {
    ASSERT_LT(round, 20'000) << server_.daemon().log();
    const auto booked = customer_.ask("BOOK yard n=200");
    ASSERT_EQ(line_field(booked, "status"), "confirmed") << booked;
    const auto cancelled = customer_.ask("CANCEL " + line_field(booked, "locator"));
    ASSERT_EQ(line_field(cancelled, "status"), "cancelled") << cancelled;
    if (round % 50 == 0) most = std::max(most, memory());
  }
  const net::ConnectionLimits limits;
  fmt::print("watchers who never read: RssAnon at most {:.1f} MiB\n",
             static_cast<double>(most) / kMiB);
  // A buffer that has doubled beyond the bound.
  EXPECT_LE(most, before_ + kWatchers * limits.output_hard_bytes * 2 + kOwnWork);
}

}  // namespace
}  // namespace holdfast::test
