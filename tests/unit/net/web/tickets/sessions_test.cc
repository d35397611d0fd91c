// The time of sessions, and what their transports are told.

#include "net/web/tickets/sessions.h"

#include <gmock/gmock.h>

#include "net/web/tickets/limits.h"

namespace holdfast::net::web::tickets {
namespace {

using ::testing::ElementsAre;

class HandClock final : public storage::Clock {
 public:
  storage::Time wall() const override { return {0}; }
  Duration since_boot() const override { return now; }
  Duration now = Duration::seconds(100);
};

class SessionsTest : public ::testing::Test, public SessionListener {
 protected:
  void on_message(Session&, std::string_view text) override { heard.emplace_back(text); }
  void on_end(Session&) override { ++ended; }

  void pass(std::int64_t seconds) {
    clock_.now = clock_.now + Duration::seconds(seconds);
    sessions_.run_due();
  }
  std::shared_ptr<Session> open() { return sessions_.open("192.0.2.1"); }
  std::shared_ptr<Session> open_kept(std::string_view host = "192.0.2.1") {
    auto session = sessions_.open(host);
    if (session != nullptr) sessions_.keep(*session);
    return session;
  }
  Waker waker(std::uint64_t connection) { return {woken_, connection}; }
  std::vector<std::uint64_t> woken() { return std::exchange(*woken_, {}); }
  static std::string polled(Session& session) {
    const auto payload = session.take_payload();
    return payload ? payload->text : "(waits)";
  }
  static void say(Session& session, std::string text, std::uint64_t stamp = 0) {
    session.send(make_message(std::move(text)), {stamp});
  }

  std::vector<std::string> heard;
  int ended = 0;
  HandClock clock_;
  Sessions sessions_{*this, clock_};
  std::shared_ptr<Waker::Woken> woken_ = std::make_shared<Waker::Woken>();
};

TEST_F(SessionsTest, SidsAreNotGuessed) {
  const std::string one = random_sid();
  EXPECT_EQ(one.size(), 20U);
  EXPECT_NE(one, random_sid());
  EXPECT_EQ(sessions_.find(one), nullptr);
  const auto session = open();
  EXPECT_EQ(sessions_.find(session->sid()), session);
}

TEST_F(SessionsTest, APingComesEveryTimeAndWantsAPong) {
  const auto session = open_kept();
  session->begin_poll(waker(1));
  EXPECT_EQ(sessions_.time_to_next(), kPingInterval);
  pass(24);
  EXPECT_EQ(polled(*session), "(waits)");
  pass(1);
  EXPECT_THAT(woken(), ElementsAre(1));
  EXPECT_EQ(polled(*session), "2");
  pass(19);
  EXPECT_TRUE(session->receive("3", sessions_.now()));
  session->begin_poll(waker(1));
  pass(24);
  EXPECT_EQ(polled(*session), "(waits)") << "from the pong on";
  pass(1);
  EXPECT_EQ(polled(*session), "2");
}

TEST_F(SessionsTest, WhoDoesNotAnswerAPingIsGone) {
  const auto session = open_kept();
  session->begin_poll(waker(1));
  pass(25);
  EXPECT_EQ(polled(*session), "2");
  session->begin_poll(waker(2));
  pass(20);
  EXPECT_TRUE(session->ended());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(polled(*session), "1");
  EXPECT_EQ(sessions_.find(session->sid()), nullptr);
}

TEST_F(SessionsTest, WhoDoesNotConnectIsGoneWhateverItAnswers) {
  const auto session = open();
  pass(25);
  EXPECT_EQ(polled(*session), "2");
  session->receive("3", sessions_.now());
  pass(19);
  EXPECT_FALSE(session->ended());
  pass(1);
  EXPECT_TRUE(session->ended());
  EXPECT_EQ(sessions_.find(session->sid()), nullptr);
}

TEST_F(SessionsTest, OneThatWasClosedIsKnownForOnePollMore) {
  const auto session = open_kept();
  EXPECT_FALSE(session->receive("nonsense", sessions_.now()));
  pass(0);
  EXPECT_EQ(sessions_.find(session->sid()), session);
  EXPECT_EQ(polled(*session),
            "6\x1e"
            "1");
  EXPECT_EQ(sessions_.find(session->sid()), nullptr);
}

TEST_F(SessionsTest, OneThatWasClosedIsNotKnownForEver) {
  const auto session = open_kept();
  session->receive("nonsense", sessions_.now());
  pass(kFarewellTime.us / 1'000'000);
  EXPECT_EQ(sessions_.size(), 0U);
}

TEST_F(SessionsTest, APollTakesAllThatWaitedAndWaitsForItsStamp) {
  const auto session = open_kept();
  say(*session, "4a", 7);
  say(*session, "4b", 5);
  session->begin_poll(waker(1));
  const auto payload = session->take_payload();
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->text,
            "4a\x1e"
            "4b");
  EXPECT_EQ(payload->stamp.value, 7U);
  EXPECT_FALSE(session->polled());
}

TEST_F(SessionsTest, WhatComesFirstToAWaitingPollGoesAlone) {
  const auto session = open_kept();
  session->begin_poll(waker(1));
  EXPECT_EQ(polled(*session), "(waits)");
  say(*session, "4a");
  say(*session, "4b");
  say(*session, "4c");
  EXPECT_THAT(woken(), ElementsAre(1)) << "once";
  EXPECT_EQ(polled(*session), "4a");
  session->begin_poll(waker(1));
  EXPECT_EQ(polled(*session),
            "4b\x1e"
            "4c");
}

TEST_F(SessionsTest, ALostPollIsTheEnd) {
  const auto session = open_kept();
  session->begin_poll(waker(1));
  session->lose_poll();
  EXPECT_TRUE(session->ended());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(sessions_.find(session->sid()), nullptr);
}

TEST_F(SessionsTest, TooMuchThatWaitsIsTheEnd) {
  const auto session = open_kept();
  for (std::size_t i = 0; i < kMaxQueuedPackets; ++i) say(*session, "4x");
  EXPECT_FALSE(session->ended());
  say(*session, "4x");
  EXPECT_TRUE(session->ended());
}

TEST_F(SessionsTest, AnUpgradeMovesWhatWaits) {
  const auto session = open_kept();
  session->begin_poll(waker(1));
  session->attach(waker(2));
  session->probe();
  EXPECT_THAT(woken(), ElementsAre(1));
  EXPECT_EQ(polled(*session), "6");
  say(*session, "4a");
  EXPECT_THAT(woken(), ElementsAre()) << "neither a poll nor a WebSocket that carries";
  session->upgrade();
  EXPECT_THAT(woken(), ElementsAre(2));
  const auto packets = session->take_packets();
  ASSERT_EQ(packets.size(), 1U);
  EXPECT_EQ(packets[0].message->packet, "4a");
  EXPECT_EQ(packets[0].message->frame,
            "\x81\x02"
            "4a");
  session->detach();
  EXPECT_TRUE(session->ended());
}

TEST_F(SessionsTest, APollLeftBehindByAnUpgradeTakesNothingAlong) {
  const auto session = open_kept();
  session->attach(waker(2));
  session->probe();
  session->begin_poll(waker(1));
  session->upgrade();
  say(*session, "4a");
  EXPECT_EQ(polled(*session), "6");
  EXPECT_EQ(session->take_packets().size(), 1U);
}

TEST_F(SessionsTest, AProbeThatFailsLeavesThePolling) {
  const auto session = open_kept();
  session->attach(waker(2));
  session->probe();
  session->detach();
  EXPECT_FALSE(session->ended());
  session->begin_poll(waker(1));
  EXPECT_EQ(polled(*session), "(waits)");
}

TEST_F(SessionsTest, TheOldestThatHasNotConnectedMakesRoom) {
  const auto kept = open_kept();
  const auto oldest = open();
  for (std::size_t i = 1; i < kMaxUnconnected; ++i) open();
  EXPECT_FALSE(oldest->ended());
  open();
  EXPECT_TRUE(oldest->ended());
  EXPECT_FALSE(kept->ended());
  EXPECT_EQ(sessions_.size(), kMaxUnconnected + 1);
}

TEST_F(SessionsTest, ThoseThatHaveConnectedMakeNoRoom) {
  for (std::size_t i = 0; i < kMaxSessions; ++i) open_kept(i % 2 == 0 ? "192.0.2.2" : "192.0.2.3");
  EXPECT_EQ(open(), nullptr);
}

TEST_F(SessionsTest, OneHostLeavesRoomForOthers) {
  const auto first = open_kept();
  for (std::size_t i = 1; i < kMaxSessionsOfHost; ++i) open_kept();
  EXPECT_EQ(open(), nullptr);
  EXPECT_NE(sessions_.open("192.0.2.2"), nullptr);
  EXPECT_EQ(sessions_.size(), kMaxSessionsOfHost + 1);
  first->end(Session::End::kByClient);
  EXPECT_NE(open(), nullptr);
}

// However many of them wait to be told their end.
TEST_F(SessionsTest, WhatHasEndedMakesRoom) {
  const auto kept = open_kept("192.0.2.2");
  const auto first = open_kept();
  const std::string sid = first->sid();
  first->end(Session::End::kByServer);
  EXPECT_EQ(sessions_.find(sid), first) << "its client is to be told";
  for (std::size_t i = 0; i < 2 * kMaxSessions; ++i) {
    const auto session = open_kept();
    ASSERT_NE(session, nullptr) << i;
    session->end(Session::End::kByServer);
    ASSERT_LE(sessions_.size(), kMaxSessions);
  }
  EXPECT_EQ(sessions_.find(sid), nullptr);
  EXPECT_FALSE(kept->ended());
}

TEST_F(SessionsTest, MessagesAreHandedOnAndTheRestIsKept) {
  const auto session = open_kept();
  for (const char* packet : {"4hello", "0", "5", "6", "3", "4"}) {
    EXPECT_TRUE(session->receive(packet, sessions_.now())) << packet;
  }
  EXPECT_THAT(heard, ElementsAre("hello", ""));
  EXPECT_TRUE(session->receive("1", sessions_.now()));
  EXPECT_TRUE(session->ended());
  EXPECT_FALSE(session->receive("4late", sessions_.now()));
  EXPECT_EQ(heard.size(), 2U);
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace holdfast::net::web::tickets
