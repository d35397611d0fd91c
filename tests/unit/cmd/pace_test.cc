#include "cmd/bench/pace.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <vector>

#include "tests/support/stopped_clock.h"

namespace holdfast::cmd {
namespace {

class PaceTest : public testing::Test {
 protected:
  PaceTest() {
    awake_.fd = ::eventfd(1, EFD_CLOEXEC);  // readable for ever: no turn waits
    awake_.on_events = [](std::uint32_t) {};
    EXPECT_TRUE(loop_->add(awake_, EPOLLIN));
  }
  ~PaceTest() override {
    pace_.reset();
    loop_->remove(awake_);
    ::close(awake_.fd);
  }

  Pace& begin(const PaceOptions& options) {
    pace_.emplace(*loop_, options, clock_);
    EXPECT_TRUE(pace_->begin());
    began_ = pace_->now();
    return *pace_;
  }
  // A turn of so long.
  void pass(storage::Duration time) {
    clock_.passed_us += time.us;
    pace_->heard();
    EXPECT_TRUE(pace_->turn());
  }
  // The starts of what may be asked now, in microseconds since the beginning.
  std::vector<std::int64_t> starts(std::size_t most = 100) {
    std::vector<std::int64_t> all;
    while (all.size() < most) {
      const auto start = pace_->next();
      if (!start) break;
      all.push_back((*start - began_).us);
    }
    return all;
  }

  test::StoppedClock clock_;
  storage::Result<net::EventLoop> loop_ = net::EventLoop::create();
  net::EventSource awake_;
  std::optional<Pace> pace_;
  storage::Time began_;
};

using Starts = std::vector<std::int64_t>;

TEST_F(PaceTest, WithoutARateAsksAtOnceUpToTheNumber) {
  Pace& pace = begin({.requests = 3});
  pass({500});
  EXPECT_EQ(starts(), Starts({500, 500, 500}));
  EXPECT_TRUE(pace.ended());
  EXPECT_EQ(pace.asked(), 3U);
  EXPECT_EQ(pace.left_out(), 0U);
}

TEST_F(PaceTest, EndsWithTheTime) {
  Pace& pace = begin({.time = storage::Duration::seconds(2)});
  EXPECT_EQ(starts(5).size(), 5U);
  pass({1'999'999});
  EXPECT_FALSE(pace.ended());
  EXPECT_EQ(starts(5).size(), 5U);
  pass({1});
  EXPECT_TRUE(pace.ended());
  EXPECT_EQ(starts(), Starts());
}

TEST_F(PaceTest, WithARateARequestStartsWhenItWasToStartHoweverLateItIs) {
  begin({.requests = 6, .rate = 3});
  EXPECT_EQ(starts(), Starts({0}));
  pass({333'332});
  EXPECT_EQ(starts(), Starts());
  pass({1});
  EXPECT_EQ(starts(), Starts({333'333}));
  pass(storage::Duration::seconds(5));
  EXPECT_EQ(starts(), Starts({666'666, 1'000'000, 1'333'333, 1'666'666}));
}

// Those who were free ask once more for what was due before the end.
TEST_F(PaceTest, WhatWasDueBeforeTheEndMayStillBeAsked) {
  Pace& pace = begin({.time = storage::Duration::milliseconds(10), .rate = 1000});
  EXPECT_EQ(starts(), Starts({0}));
  pass({9'999});
  EXPECT_EQ(starts(7).size(), 7U);
  pass({1});
  EXPECT_TRUE(pace.ended());
  EXPECT_EQ(starts(), Starts());
  EXPECT_EQ(pace.left_out(), 2U);
}

TEST_F(PaceTest, LeavesNothingOutBeyondTheNumberOrTheTime) {
  Pace& counted = begin({.requests = 10, .rate = 1000});
  pass(storage::Duration::seconds(3));
  EXPECT_EQ(starts(1), Starts({0}));
  EXPECT_EQ(counted.left_out(), 9U);
  Pace& timed = begin({.time = storage::Duration::seconds(4), .rate = 1000});
  pass({3'999'000});
  EXPECT_EQ(starts(1), Starts({0}));
  EXPECT_EQ(timed.left_out(), 3999U);
  pass(storage::Duration::seconds(9));
  EXPECT_EQ(timed.left_out(), 3999U) << "what comes behind the end is nobody's";
}

TEST_F(PaceTest, ASignalIsTheEndAndASecondOneGivesUp) {
  Pace& pace = begin({});
  EXPECT_EQ(starts(2).size(), 2U);
  ASSERT_EQ(::raise(SIGINT), 0);
  pass({1});
  pass({1});
  EXPECT_TRUE(pace.ended());
  EXPECT_EQ(starts(), Starts());
  EXPECT_FALSE(pace.given_up());
  ASSERT_EQ(::raise(SIGTERM), 0);
  pass({1});
  EXPECT_TRUE(pace.given_up());
}

}  // namespace
}  // namespace holdfast::cmd
