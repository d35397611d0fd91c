// A request or its reply is lost on the way, sometimes with the server: asked again with the same
// id=, the customer gets the answer that was lost, and one unit.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/crash/load.h"
#include "tests/support/dropping_proxy.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr int kRounds = 24;

class Retry : public testing::Test {
 protected:
  WireClient log_in_through_proxy() {
    WireClient client(proxy_.port());
    const auto reply = client.ask("AUTH load \"open sesame\"");
    EXPECT_EQ(reply[0], '+') << reply;
    return client;
  }
  void start() {
    daemon_ = std::make_unique<Daemon>(directory_ / "data");
    proxy_.lead_to(daemon_->ready().port());
  }
  void kill_and_start() {
    daemon_->kill();
    start();
  }

  TempDirectory directory_;
  DroppingProxy proxy_;
  std::unique_ptr<Daemon> daemon_;
};

TEST_F(Retry, WhatWasLostOnTheWayIsAnsweredOnceMoreAndDoneOnce) {
  const auto seed = seed_setting("CRASH_SEED");
  SCOPED_TRACE(fmt::format("CRASH_SEED={}", seed));
  std::mt19937_64 random(seed);
  start();
  prepare_for_load(*daemon_);
  std::set<std::string> locators;
  for (int round = 0; round < kRounds; ++round) {
    const std::string request = fmt::format("BOOK yard n=1 id=round-{}", round);
    const bool reply_lost = random() % 2 == 0;
    {
      auto client = log_in_through_proxy();
      proxy_.lose(reply_lost ? DroppingProxy::Lose::kReply : DroppingProxy::Lose::kRequest);
      ASSERT_TRUE(client.try_send(request + "\n"));
      EXPECT_EQ(client.receive_until_closed(), "");
    }
    if (random() % 3 == 0) kill_and_start();
    auto client = log_in_through_proxy();
    const auto answer = client.ask(request);
    const auto locator = line_field(answer, "locator");
    EXPECT_EQ(line_field(answer, "status"), "confirmed") << answer;
    EXPECT_EQ(line_field(answer, "replayed"), reply_lost ? "1" : "") << answer;
    if (reply_lost) {
      for (const auto* field : {"locator", "status", "total", "items", "seq"}) {
        EXPECT_EQ(line_field(answer, field), line_field(proxy_.lost(), field))
            << answer << " was " << proxy_.lost();
      }
    }
    EXPECT_TRUE(locators.insert(locator).second) << "given twice: " << answer;
    EXPECT_EQ(line_field(client.ask(request), "locator"), locator);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
  auto client = log_in_through_proxy();
  EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), fmt::format("{}", 100'000 - kRounds));
  EXPECT_EQ(daemon_->stop(), 0);
}

}  // namespace
}  // namespace holdfast::test
