// Connections over a socket pair, driven by hand: every step of a turn is the test's.

#include "net/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <random>
#include <string>

#include "net/resp.h"
#include "tests/support/fake_service.h"

namespace holdfast::net {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using State = Connection::State;

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = FileDescriptor(ends[0]);
    socket_ = FileDescriptor(ends[1]);
    limits_.turn_time = engine::Duration::seconds(3600);  // a busy machine changes no test
  }

  Connection& connection() {
    if (!connection_) {
      connection_.emplace(std::move(socket_), std::make_unique<RespProtocol>(),
                          service_.open_session({}), limits_);
    }
    return *connection_;
  }

  void send(std::string_view bytes) {
    ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // One turn with the socket readable.
  void turn() {
    connection().read(space_, service_);
    connection().settle(service_.durable_seq());
  }
  void leftover_turn() {
    connection().run(space_, service_);
    connection().settle(service_.durable_seq());
  }
  // What the peer has received.
  std::string received() {
    std::string bytes(1 << 20, '\0');
    const ssize_t count = ::recv(peer_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }
  std::string all_received() {
    std::string all;
    for (std::string part = received(); !part.empty(); part = received()) all += part;
    return all;
  }
  std::string ask(std::string_view bytes) {
    send(bytes);
    turn();
    return received();
  }
  bool reading() { return (connection().interest() & EPOLLIN) != 0; }

  engine::Push change(std::size_t bytes) {
    return {.seq = service_.durable_seq(),
            .changes = std::make_shared<const std::vector<engine::Change>>(
                std::vector<engine::Change>{{.seq = {1},
                                             .offering = {1},
                                             .offering_name = "gala",
                                             .unit = std::string(bytes, 'u'),
                                             .span = "",
                                             .state = engine::UnitState::kHeld}}),
            .sessions = {}};
  }

  test::FakeService service_;
  ConnectionLimits limits_;
  TurnSpace space_;
  FileDescriptor peer_;
  FileDescriptor socket_;
  std::optional<Connection> connection_;
};

TEST_F(ConnectionTest, AnswersInOneWritePerTurn) {
  EXPECT_EQ(ask("PING\r\nECHO a\r\n"), "+PONG\r\n+a\r\n");
  EXPECT_EQ(ask("*1\r\n$4\r\nPING\r\n"), "+PONG\r\n");
}

TEST_F(ConnectionTest, APipelineMayArriveInAnyTwoPieces) {
  const std::string bytes = "PING\r\n*2\r\n$4\r\nECHO\r\n$3\r\na\nb\r\nECHO \"x y\"\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    std::string replies;
    send(bytes.substr(0, cut));
    turn();
    replies += received();
    send(bytes.substr(cut));
    turn();
    replies += received();
    ASSERT_EQ(replies, "+PONG\r\n$3\r\na\nb\r\n+x y\r\n") << cut;
  }
}

TEST_F(ConnectionTest, RepliesWaitForTheirStampAndKeepTheirOrder) {
  service_.hold_durability();
  EXPECT_EQ(ask("PING\r\n"), "+PONG\r\n");  // stamped 0, which is durable
  EXPECT_THAT(ask("WRITE\r\nPING\r\n"), IsEmpty());
  EXPECT_TRUE(connection().waits_for_release());
  EXPECT_THAT(ask("ECHO later\r\n"), IsEmpty());
  service_.make_durable();
  connection().settle(service_.durable_seq());
  EXPECT_EQ(received(), "+WRITTEN\r\n+PONG\r\n+later\r\n");
  EXPECT_FALSE(connection().waits_for_release());
}

TEST_F(ConnectionTest, ADurablePrefixLeavesWhileTheRestWaits) {
  service_.hold_durability();
  ask("WRITE\r\n");
  service_.make_durable();
  send("WRITE\r\n");
  connection().read(space_, service_);
  connection().settle(engine::Seq{1});
  EXPECT_EQ(received(), "+WRITTEN\r\n");
  connection().settle(engine::Seq{2});
  EXPECT_EQ(received(), "+WRITTEN\r\n");
}

TEST_F(ConnectionTest, WhatIsReleasedCostsNothingAlthoughAReplyAlwaysWaits) {
  service_.hold_durability();
  std::size_t most = 0;
  for (std::uint64_t round = 1; round <= 10'000; ++round) {
    send("WRITE\r\n");
    connection().read(space_, service_);
    connection().settle(engine::Seq{round - 1});
    ASSERT_TRUE(connection().waits_for_release());
    ASSERT_EQ(received(), round == 1 ? "" : "+WRITTEN\r\n");
    most = std::max(most, connection().held_entries());
  }
  EXPECT_LE(most, 130U);
}

TEST_F(ConnectionTest, RefusalsWaitBehindEarlierReplies) {
  service_.hold_durability();
  EXPECT_THAT(ask("WRITE\r\nECHO \"open\r\n"), IsEmpty());
  service_.make_durable();
  connection().settle(service_.durable_seq());
  EXPECT_THAT(received(), HasSubstr("+WRITTEN\r\n-SYNTAX "));
}

TEST_F(ConnectionTest, OneTurnRunsABoundedNumberOfRequests) {
  std::string bytes;
  for (std::size_t i = 0; i < kMaxRequestsPerTurn * 2 + 5; ++i) bytes += "PING\r\n";
  ask(bytes);
  EXPECT_EQ(service_.requests().size(), kMaxRequestsPerTurn);
  EXPECT_TRUE(connection().runnable());
  leftover_turn();
  EXPECT_EQ(service_.requests().size(), kMaxRequestsPerTurn * 2);
  leftover_turn();
  EXPECT_EQ(service_.requests().size(), kMaxRequestsPerTurn * 2 + 5);
  EXPECT_FALSE(connection().runnable());
}

TEST_F(ConnectionTest, OneTurnEndsWhenItsTimeIsOver) {
  limits_.turn_time = {};
  EXPECT_EQ(ask("ECHO a\r\nECHO b\r\nECHO c\r\n"), "+a\r\n");
  EXPECT_TRUE(connection().runnable());
  leftover_turn();
  EXPECT_EQ(received(), "+b\r\n");
  leftover_turn();
  leftover_turn();
  EXPECT_EQ(received(), "+c\r\n");
  EXPECT_FALSE(connection().runnable());
}

TEST_F(ConnectionTest, APendingRequestHoldsBackLaterOnes) {
  EXPECT_THAT(ask("LATER\r\nPING\r\n"), IsEmpty());
  EXPECT_FALSE(connection().runnable());
  turn();  // more input would only pile up
  EXPECT_FALSE(reading());
  service_.finish_later();
  for (const auto& completion : service_.take_completions()) {
    connection().complete(completion.answer, space_);
  }
  EXPECT_TRUE(connection().runnable());
  EXPECT_TRUE(connection().interest() == 0);  // not before what is there has been run
  leftover_turn();
  EXPECT_EQ(received(), "+DONE\r\n+PONG\r\n");
  EXPECT_TRUE(reading());
}

TEST_F(ConnectionTest, AStalledRequestIsOfferedAgain) {
  EXPECT_EQ(ask("PING\r\nSTALL\r\nPING\r\n"), "+PONG\r\n");
  EXPECT_TRUE(connection().stalled());
  connection().unstall();
  leftover_turn();
  EXPECT_TRUE(connection().stalled());
  service_.unstall();
  connection().unstall();
  leftover_turn();
  EXPECT_EQ(received(), "+WRITTEN\r\n+PONG\r\n");
}

TEST_F(ConnectionTest, ReadingPausesAtTheBoundOfRequestsInFlight) {
  limits_.in_flight = 4;
  service_.hold_durability();
  ask("WRITE\r\nWRITE\r\nWRITE\r\nWRITE\r\nWRITE\r\nWRITE\r\n");
  EXPECT_EQ(service_.requests().size(), 4U);
  turn();
  EXPECT_FALSE(reading());
  service_.make_durable();
  connection().settle(service_.durable_seq());
  EXPECT_TRUE(connection().runnable());
  leftover_turn();
  EXPECT_EQ(service_.requests().size(), 6U);
}

TEST_F(ConnectionTest, RequestsPauseWhileThePeerDoesNotReadReplies) {
  limits_.output_pause_bytes = 100'000;
  std::string bytes;
  for (int i = 0; i < 40; ++i) bytes += "BIG 50000\r\n";
  send(bytes);
  turn();
  while (connection().runnable()) leftover_turn();
  EXPECT_LT(service_.requests().size(), 40U);
  EXPECT_FALSE(connection().runnable());
  EXPECT_TRUE((connection().interest() & EPOLLOUT) != 0);
  std::size_t got = 0;
  for (int i = 0; i < 200; ++i) {
    got += all_received().size();
    connection().unblock();
    if (connection().runnable()) connection().run(space_, service_);
    connection().settle(service_.durable_seq());
  }
  EXPECT_EQ(service_.requests().size(), 40U);
  EXPECT_EQ(got, 40 * std::string("+\r\n").size() + 40 * 50'000);
}

TEST_F(ConnectionTest, ASessionIsCongestedUntilItsPeerHasReadOn) {
  limits_.output_pause_bytes = 100'000;
  connection();
  EXPECT_FALSE(connection().session().congested);
  for (int i = 0; i < 100 && !connection().session().congested; ++i) {
    connection().push(change(10'000), space_);
    connection().settle(service_.durable_seq());
  }
  EXPECT_TRUE(connection().session().congested);
  // An event for the loop is what ends it: nobody looks again by the clock.
  EXPECT_TRUE((connection().interest() & EPOLLOUT) != 0);
  all_received();
  connection().unblock();
  connection().settle(service_.durable_seq());
  EXPECT_FALSE(connection().session().congested);
}

TEST_F(ConnectionTest, AWatcherBeyondTheHardBoundIsClosed) {
  limits_.output_hard_bytes = 400'000;
  limits_.output_soft_bytes = 300'000;
  connection();
  for (int i = 0; i < 100 && connection().state() == State::kOpen; ++i) {
    connection().push(change(10'000), space_);
    connection().settle(service_.durable_seq());
  }
  EXPECT_EQ(connection().state(), State::kClosed);
  EXPECT_THAT(connection().close_reason(), HasSubstr("too slow"));
}

TEST_F(ConnectionTest, AWatcherWhoseChangesAreLostIsToldAndClosed) {
  ask("WATCH gala\r\n");
  engine::Push push = change(3);
  push.lost = engine::Status(engine::Code::kGone, "changes are not kept").with("oldest", "a:7");
  connection().push(push, space_);
  connection().settle(service_.durable_seq());
  EXPECT_THAT(received(), testing::MatchesRegex("-GONE [^\r]*oldest=a:7[^\r]*\r\n"));
  EXPECT_EQ(connection().state(), State::kLingering);
}

TEST_F(ConnectionTest, OnlyAWatcherCountsAgainstTheSoftBound) {
  limits_.output_soft_bytes = 1000;
  service_.hold_durability();
  ask("WRITE\r\nBIG 5000\r\n");
  EXPECT_FALSE(connection().over_soft_bound());
  connection().push(change(10), space_);
  EXPECT_TRUE(connection().over_soft_bound());
  service_.make_durable();
  connection().settle(service_.durable_seq());
  EXPECT_FALSE(connection().over_soft_bound());
}

TEST_F(ConnectionTest, ChangesComeInTheShapeTheWatcherAsksIn) {
  connection();
  ask("WATCH gala\r\n");
  connection().push(change(1), space_);
  connection().settle(service_.durable_seq());
  EXPECT_EQ(received(), "+change gala u held seq=1\r\n");
  ask("*1\r\n$5\r\nRESP3\r\n");
  connection().push(change(1), space_);
  connection().settle(service_.durable_seq());
  EXPECT_TRUE(received().starts_with(">6\r\n"));
}

TEST_F(ConnectionTest, WatchersOfOneShapeSendTheSameBytes) {
  const engine::Push push = change(10'000);
  ask("*2\r\n$5\r\nWATCH\r\n$4\r\ngala\r\n");
  connection().push(push, space_);
  const SharedBytes& text = space_.texts.of(
      push, "resp2 fields", [](const auto&) { return std::string("made once more"); });
  EXPECT_EQ(text.use_count(), 2) << "one is the connection's";
  connection().settle(service_.durable_seq());
  EXPECT_EQ(received(), *text);
  EXPECT_EQ(text.use_count(), 1);
}

TEST_F(ConnectionTest, MoreChangesThanOneSystemCallTakesLeaveInOneTurn) {
  ask("WATCH gala\r\n");
  std::string expected;
  for (std::size_t i = 0; i < kMaxPiecesPerWrite * 2 + 7; ++i) {
    const engine::Push push = change(100 + i % 3);
    connection().push(push, space_);
    expected += "+change gala " + push.changes->front().unit + " held seq=1\r\n";
  }
  connection().settle(service_.durable_seq());
  EXPECT_EQ(all_received(), expected);
}

TEST_F(ConnectionTest, TheShapeOfTheSessionIsReadWhenAReplyIsMade) {
  EXPECT_EQ(ask("FIELDS\r\nECHO a\r\n"), "+OK\r\n$1\r\na\r\n");
  EXPECT_EQ(ask("RESP3\r\nRECORD\r\n").substr(0, 9), "+OK\r\n%5\r\n");
  EXPECT_EQ(ask("LINES\r\n*2\r\n$4\r\nECHO\r\n$1\r\na\r\n"), "+OK\r\n+a\r\n");
}

TEST_F(ConnectionTest, MalformedInputIsAnsweredAndEndsTheConnection) {
  EXPECT_EQ(ask("PING\r\n*1\r\n:1\r\nPING\r\n"), "+PONG\r\n-PROTO expected '$', got byte 0x3a\r\n");
  EXPECT_EQ(connection().state(), State::kLingering);
  EXPECT_EQ(service_.requests().size(), 1U);
  ::shutdown(peer_.get(), SHUT_WR);
  turn();
  EXPECT_EQ(connection().state(), State::kClosed);
}

TEST_F(ConnectionTest, HttpIsClosedWithoutAnAnswer) {
  EXPECT_THAT(ask("POST / HTTP/1.1\r\nHost: x\r\n\r\nWRITE\r\n"), IsEmpty());
  EXPECT_EQ(connection().state(), State::kClosed);
  EXPECT_THAT(connection().close_reason(), HasSubstr("http"));
  EXPECT_THAT(service_.requests(), IsEmpty());
}

TEST_F(ConnectionTest, QuitIsAnsweredAndWhatFollowsIsNot) {
  EXPECT_EQ(ask("QUIT\r\nPING\r\n"), "+OK\r\n");
  EXPECT_EQ(service_.requests().size(), 1U);
  EXPECT_EQ(connection().state(), State::kLingering);
}

TEST_F(ConnectionTest, AHalfClosedPeerGetsEveryAnswerItAskedFor) {
  service_.hold_durability();
  std::string bytes;
  for (std::size_t i = 0; i < kMaxRequestsPerTurn + 1; ++i) bytes += "WRITE\r\n";
  send(bytes + "LATER\r\nPING\r\nhalf a requ");
  ::shutdown(peer_.get(), SHUT_WR);
  turn();
  leftover_turn();  // up to LATER
  turn();
  service_.finish_later();
  for (const auto& completion : service_.take_completions()) {
    connection().complete(completion.answer, space_);
  }
  leftover_turn();
  turn();  // the end of the stream
  EXPECT_NE(connection().state(), State::kClosed);
  service_.make_durable();
  connection().settle(service_.durable_seq());
  EXPECT_EQ(connection().state(), State::kClosed);
  const std::string replies = all_received();
  EXPECT_TRUE(replies.ends_with("+WRITTEN\r\n+DONE\r\n+PONG\r\n"));
  EXPECT_EQ(replies.size(), (kMaxRequestsPerTurn + 1) * 10 + 7 + 7);
}

TEST_F(ConnectionTest, EndingTheInputAnswersWhatWasReadAndCloses) {
  EXPECT_THAT(ask("LATER\r\nPING\r\n"), IsEmpty());
  connection().end_input();
  connection().settle(service_.durable_seq());
  EXPECT_EQ(connection().state(), State::kOpen);
  service_.finish_later();
  for (const auto& completion : service_.take_completions()) {
    connection().complete(completion.answer, space_);
  }
  leftover_turn();
  EXPECT_EQ(received(), "+DONE\r\n+PONG\r\n");
  EXPECT_EQ(connection().state(), State::kLingering);
}

TEST_F(ConnectionTest, AVanishedPeerClosesIt) {
  send("PING\r\n");
  peer_.close();
  turn();
  EXPECT_EQ(connection().state(), State::kClosed);
}

TEST_F(ConnectionTest, AnyBytesLeadToRepliesOrAClose) {
  static constexpr std::string_view kAlphabet = "*$0123456789\r\n\"' PINGECHOLATER";
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    const FileDescriptor peer(ends[0]);
    engine::Session& session = service_.open_session({});
    Connection fuzzed(FileDescriptor(ends[1]), std::make_unique<RespProtocol>(), session, limits_);
    for (int i = 0; i < 20 && fuzzed.state() != State::kClosed; ++i) {
      std::string bytes;
      for (std::size_t size = random() % 40; size > 0; --size) {
        bytes += random() % 12 == 0 ? static_cast<char>(random() % 256)
                                    : kAlphabet[random() % kAlphabet.size()];
      }
      ASSERT_EQ(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                static_cast<ssize_t>(bytes.size()));
      fuzzed.read(space_, service_);
      if (fuzzed.runnable()) fuzzed.run(space_, service_);
      fuzzed.settle(service_.durable_seq());
    }
    service_.close_session(session.id);
  }
}

}  // namespace
}  // namespace holdfast::net
