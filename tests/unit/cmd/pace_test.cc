#include "cmd/bench/pace.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/support/stopped_clock.h"

namespace holdfast::cmd {
namespace {

class PaceTest : public testing::Test {
 protected:
  Pace& begin(const PaceOptions& options) {
    pace_.emplace(*loop_, options, clock_);
    EXPECT_TRUE(pace_->begin());
    began_ = pace_->now();
    return *pace_;
  }
  void pass(storage::Duration time) { clock_.passed_us += time.us; }
  // The starts of what may be asked now, in microseconds since the beginning.
  std::vector<std::int64_t> starts(Pace& pace, std::size_t most = 100) {
    std::vector<std::int64_t> all;
    while (all.size() < most) {
      const auto start = pace.next();
      if (!start) break;
      all.push_back((*start - began_).us);
    }
    return all;
  }

  test::StoppedClock clock_;
  storage::Result<net::EventLoop> loop_ = net::EventLoop::create();
  std::optional<Pace> pace_;
  storage::Time began_;
};

using Starts = std::vector<std::int64_t>;

TEST_F(PaceTest, WithoutARateAsksAtOnceUpToTheNumber) {
  Pace& pace = begin({.requests = 3});
  pass({500});
  EXPECT_EQ(starts(pace), Starts({500, 500, 500}));
  EXPECT_TRUE(pace.ended());
  EXPECT_EQ(pace.asked(), 3U);
  EXPECT_EQ(pace.left_out(), 0U);
}

TEST_F(PaceTest, EndsWithTheTime) {
  Pace& pace = begin({.time = storage::Duration::seconds(2)});
  EXPECT_EQ(starts(pace, 5).size(), 5U);
  pass({1'999'999});
  EXPECT_FALSE(pace.ended());
  pass({1});
  EXPECT_TRUE(pace.ended());
  EXPECT_FALSE(pace.next());
}

TEST_F(PaceTest, WithARateARequestStartsWhenItWasToStartHoweverLateItIs) {
  Pace& pace = begin({.requests = 6, .rate = 3});
  EXPECT_EQ(starts(pace), Starts({0}));
  pass({333'332});
  EXPECT_EQ(starts(pace), Starts());
  pass({1});
  EXPECT_EQ(starts(pace), Starts({333'333}));
  pass(storage::Duration::seconds(5));
  EXPECT_EQ(starts(pace), Starts({666'666, 1'000'000, 1'333'333, 1'666'666}));
}

TEST_F(PaceTest, TellsWhatTheRateWantedAndNobodyAsked) {
  Pace& pace = begin({.time = storage::Duration::seconds(1), .rate = 1000});
  pass(storage::Duration::seconds(3));
  EXPECT_FALSE(pace.next()) << "the time is over";
  EXPECT_EQ(pace.left_out(), 1000U);
}

TEST_F(PaceTest, LeavesNothingOutBeyondTheNumber) {
  Pace& pace = begin({.requests = 10, .time = storage::Duration::seconds(1), .rate = 1000});
  EXPECT_EQ(starts(pace), Starts({0}));
  pass(storage::Duration::seconds(3));
  EXPECT_EQ(pace.left_out(), 9U);
}

}  // namespace
}  // namespace holdfast::cmd
