// What the seam of the dialects can say beyond one request and one answer: follow-ups, pauses,
// answers without a command, input that ends or stays away. The dialect is the test's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/clients.h"
#include "tests/support/fake_service.h"

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Takes all bytes that are here as one message, of words joined by '/': commands that are run one
// after the other, each answer is "(n)". "hi" is answered without a command, "bye" too, and closes;
// "slow" pauses before what it says last; "tired" rests before each further command, "asleep" for
// longer than any test; "wait" is incomplete until quiet or the end, "stay" until the end.
class Script final : public Protocol {
 public:
  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override {
    if (input.empty()) return {};
    if (input == "hi" || input == "bye") {
      space.text = input;
      return {.kind = Decoded::Kind::kAnswered, .consumed = input.size(), .close = input == "bye"};
    }
    const bool stay = input == "stay";
    if ((input == "wait" || stay) && rest == Rest::kMayCome) {
      if (stay) return {};
      return {.patience = Duration::milliseconds(1)};
    }
    if (input == "wait" || stay) {
      space.text = rest == Rest::kQuiet ? "quiet" : "ended";
      return {.kind = Decoded::Kind::kAnswered, .consumed = input.size()};
    }
    message_ = input;
    next_ = 0;
    take(space);
    return {.kind = Decoded::Kind::kRequest, .consumed = input.size(), .tag = 7};
  }

  void follow_up(DecodeSpace& space) override { take(space); }

  void reply(const engine::Session&, std::uint32_t tag, const engine::Answer&,
             Output& output) override {
    EXPECT_EQ(tag, 7U);
    const auto slash = message_.find('/', next_);
    if (message_.starts_with("slow")) output.pauses = {{1, Duration::milliseconds(1)}};
    output.bytes += "(" + message_.substr(next_, slash - next_) + ")";
    output.follow_up = slash != std::string::npos;
    if (output.follow_up && message_.starts_with("tired")) output.rest = Duration::milliseconds(1);
    if (output.follow_up && message_.starts_with("asleep")) output.rest = Duration::seconds(3600);
    next_ = slash + 1;
  }
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  void refuse(const Status&, Output&) override {}

 private:
  // The words of the command that is next; may be called again for the same one.
  void take(DecodeSpace& space) {
    const auto slash = message_.find('/', next_);
    space.text = message_.substr(next_, slash - next_);
    if (space.text.starts_with("slow")) space.text.erase(0, 4);
    if (space.text.starts_with("tired")) space.text.erase(0, 5);
    if (space.text.starts_with("asleep")) space.text.erase(0, 6);
    space.words = {space.text};
  }

  std::string message_;
  std::size_t next_ = 0;
};

class ConversationTest : public testing::Test {
 protected:
  ConversationTest() : clients_(loop_, service_, limits_) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    peer_ = FileDescriptor(ends[0]);
    clients_.add({.socket = FileDescriptor(ends[1]), .peer = {}}, std::make_unique<Script>());
  }

  // One turn of a server: waits for what is next, runs it, answers.
  void turn() {
    ASSERT_TRUE(loop_.wait(clients_.has_left_over() ? Duration{0} : Duration::seconds(20)));
    loop_.dispatch();
    clients_.run_left_over();
    clients_.complete(service_.take_completions());
    clients_.settle(service_.durable_seq());
  }
  void send(std::string_view bytes) {
    ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  std::string received() {
    std::string bytes(4096, '\0');
    const ssize_t count = ::recv(peer_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return bytes;
  }
  std::string ask(std::string_view bytes) {
    send(bytes);
    turn();
    return received();
  }

  EventLoop loop_ = *EventLoop::create();
  test::FakeService service_;
  ConnectionLimits limits_;
  FileDescriptor peer_;
  Clients clients_;
};

TEST_F(ConversationTest, AMessageMayNeedSeveralCommands) {
  EXPECT_EQ(ask("PING/WRITE/PING"), "(PING)(WRITE)(PING)");
  EXPECT_THAT(service_.requests(), ElementsAre("PING", "WRITE", "PING"));
}

TEST_F(ConversationTest, ItGoesOnWhenAPendingCommandIsAnswered) {
  EXPECT_THAT(ask("PING/LATER/PING"), "(PING)");
  send("PING");  // the next message waits for the whole of the one before
  service_.finish_later();
  std::string all;
  while (all.size() < std::string("(LATER)(PING)(PING)").size()) {
    turn();
    all += received();
  }
  EXPECT_EQ(all, "(LATER)(PING)(PING)");
}

TEST_F(ConversationTest, AStalledFollowUpIsOfferedAgain) {
  EXPECT_EQ(ask("PING/STALL/PING"), "(PING)");
  service_.unstall();
  clients_.unstall();
  turn();
  EXPECT_EQ(received(), "(STALL)(PING)");
  EXPECT_EQ(service_.requests().back(), "PING");
}

TEST_F(ConversationTest, AFollowUpMayRestFirst) {
  EXPECT_EQ(ask("tiredPING/WRITE"), "(tiredPING)");
  EXPECT_THAT(service_.requests(), ElementsAre("PING"));
  send("PING");  // the next message waits for the whole of the one before
  std::string all;
  while (all.size() < std::string("(WRITE)(PING)").size()) {
    turn();
    all += received();
  }
  EXPECT_EQ(all, "(WRITE)(PING)");
}

TEST_F(ConversationTest, AClientMayGoWhileAFollowUpRests) {
  EXPECT_EQ(ask("asleepPING/WRITE"), "(asleepPING)");
  peer_.close();
  while (clients_.size() != 0) turn();
  EXPECT_THAT(service_.requests(), ElementsAre("PING"));
  EXPECT_EQ(service_.open_sessions(), 0U);
}

TEST_F(ConversationTest, WhatStandsBehindAPauseLeavesLater) {
  EXPECT_EQ(ask("slowPING"), "(");
  turn();  // the time of the pause; the peer has read what came before
  EXPECT_EQ(received(), "slowPING)");
}

TEST_F(ConversationTest, APauseLastsUntilThePeerHasWhatCameBefore) {
  send("slowPING");
  turn();
  // A UNIX socket counts as acknowledged what has been read. Nothing has, however long we wait.
  for (int i = 0; i < 3; ++i) turn();
  EXPECT_EQ(received(), "(");
  turn();
  EXPECT_EQ(received(), "slowPING)");
}

TEST_F(ConversationTest, AnAnswerNeedsNoCommand) {
  EXPECT_EQ(ask("hi"), "hi");
  EXPECT_THAT(service_.requests(), IsEmpty());
}

TEST_F(ConversationTest, TheLastAnswerClosesWhenItIsSent) {
  EXPECT_EQ(ask("bye"), "bye");
  char byte = 0;
  EXPECT_EQ(::recv(peer_.get(), &byte, 1, 0), 0);
}

TEST_F(ConversationTest, IncompleteInputIsLookedAtAgainWhenNothingComes) {
  EXPECT_THAT(ask("wait"), IsEmpty());
  turn();
  EXPECT_EQ(received(), "quiet");
}

TEST_F(ConversationTest, IncompleteInputIsLookedAtAgainWhenItHasEnded) {
  EXPECT_THAT(ask("stay"), IsEmpty());
  ::shutdown(peer_.get(), SHUT_WR);
  turn();
  EXPECT_EQ(received(), "ended");
  EXPECT_EQ(clients_.size(), 0U);
}

}  // namespace
}  // namespace holdfast::net
