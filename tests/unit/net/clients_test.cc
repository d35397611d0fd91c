// Clients over socket pairs, driven by hand: the peers are the test's, and so is every turn. Bounds
// of time are a millisecond, and a turn is made only when they are over: nothing depends on how
// fast the machine is.

#include "net/clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/resp.h"
#include "tests/support/fake_service.h"

namespace holdfast::net {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Ends {
  FileDescriptor peer;
  FileDescriptor server;
};

Ends socket_pair() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void send_to(const FileDescriptor& socket, std::string_view bytes) {
  ASSERT_EQ(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

// Reads once.
std::string receive_from(const FileDescriptor& socket) {
  std::string bytes(4096, '\0');
  const ssize_t count = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

class ClientsTest : public testing::Test {
 protected:
  ClientsTest() { limits_.stuck_reader_time = Duration::milliseconds(1); }

  Clients& clients() {
    if (!clients_) clients_.emplace(loop_, service_, limits_);
    return *clients_;
  }
  // The peer's end.
  FileDescriptor join() {
    Ends ends = socket_pair();
    clients().add({.socket = std::move(ends.server), .peer = {}}, std::make_unique<RespProtocol>());
    return std::move(ends.peer);
  }
  // A turn in which everything is due that could be: the loop goes on until the timers have passed.
  void turn() {
    const auto due = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
    do {
      ASSERT_TRUE(loop_.wait(Duration::milliseconds(1)));
      loop_.dispatch();
    } while (std::chrono::steady_clock::now() < due);
    clients().run_left_over();
    clients().settle(service_.durable_seq());
  }
  void turns(int count) {
    for (int i = 0; i < count; ++i) turn();
  }

  test::FakeService service_;
  ConnectionLimits limits_;
  EventLoop loop_ = *EventLoop::create();
  std::optional<Clients> clients_;
};

TEST_F(ClientsTest, APeerThatNeverReadsIsClosedAndTheLogSaysWhy) {
  const FileDescriptor peer = join();
  send_to(peer, "BIG 5000000\r\n");
  testing::internal::CaptureStderr();
  turns(5);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("reader stuck"));
  EXPECT_EQ(clients().size(), 0U);
}

TEST_F(ClientsTest, APeerThatNeverReadsIsClosedAfterItsLastRequestToo) {
  limits_.output_pause_bytes = 10'000'000;
  limits_.linger_time = Duration::seconds(3600);
  const FileDescriptor peer = join();
  send_to(peer, "BIG 5000000\r\nQUIT\r\n");
  turns(5);
  EXPECT_EQ(service_.requests().size(), 2U);
  EXPECT_EQ(clients().size(), 0U);
}

TEST_F(ClientsTest, AnIdleTimeDoesNotSaveAPeerThatNeverReads) {
  clients().set_idle_time(Duration::milliseconds(1));
  const FileDescriptor peer = join();
  send_to(peer, "BIG 5000000\r\n");
  turns(5);
  EXPECT_EQ(clients().size(), 0U);
}

// Less than the part of a socket's buffer that must be free for the kernel to ask for more: between
// two such moments nothing but a try tells that the peer reads.
TEST_F(ClientsTest, APeerThatReadsALittleAtATimeStays) {
  const FileDescriptor peer = join();
  send_to(peer, "BIG 2000000\r\n");
  turn();
  for (std::size_t left = 2'000'003; left > 0;) {
    for (int i = 0; i < 10 && left > 0; ++i) {
      const std::size_t got = receive_from(peer).size();
      ASSERT_GT(got, 0U) << left;
      left -= got;
    }
    turn();
    ASSERT_EQ(clients().size(), 1U) << left;
  }
}

TEST_F(ClientsTest, RepliesThatWaitForTheDiskAreNotThePeersFault) {
  service_.hold_durability();
  const FileDescriptor peer = join();
  send_to(peer, "WRITE\r\nBIG 5000\r\n");
  turns(5);
  EXPECT_EQ(clients().size(), 1U);
  service_.make_durable();
  turn();
  EXPECT_THAT(receive_from(peer), Not(IsEmpty()));
}

TEST_F(ClientsTest, AConnectionThatIsHungUpIsClosedAsItStands) {
  const FileDescriptor killed = join();
  const FileDescriptor other = join();
  send_to(killed, "PING\r\n");
  send_to(other, "PING\r\n");
  turn();
  EXPECT_EQ(receive_from(killed), "+PONG\r\n");
  clients().hang_up({engine::SessionId{1}, engine::SessionId{999}});
  turn();
  EXPECT_EQ(clients().size(), 1U);
  char byte = 0;
  EXPECT_EQ(::recv(killed.get(), &byte, 1, 0), 0);
  EXPECT_EQ(receive_from(other), "+PONG\r\n");
}

TEST_F(ClientsTest, WhoIsTurnedAwayReadsWhyAlthoughItHasAskedAlready) {
  Ends ends = socket_pair();
  std::string asked(10'000, '\n');
  asked += "PING\r\n";
  send_to(ends.peer, asked);
  RespProtocol protocol;
  Clients::turn_away({.socket = std::move(ends.server), .peer = {}}, protocol,
                     Status(Code::kBusy, "too many connections"));
  EXPECT_EQ(receive_from(ends.peer), "-BUSY too many connections\r\n");
  // An orderly end; bytes left unread would have made it a reset.
  char byte = 0;
  EXPECT_EQ(::recv(ends.peer.get(), &byte, 1, 0), 0);
}

// ---- those who are woken ------------------------------------------------------------------------

// Says what it was given when it is woken.
class Talker final : public Protocol {
 public:
  struct Mouth {
    Waker waker;
    std::string host;
    std::string words;
    Spoken spoken;
    int asked = 0;    // to speak
    int decoded = 0;  // times
  };
  explicit Talker(std::shared_ptr<Mouth> mouth) : mouth_(std::move(mouth)) {}

  void attach(const engine::Peer& peer, const Waker& waker) override {
    mouth_->host = peer.host;
    mouth_->waker = waker;
  }
  Decoded decode(std::string_view, Rest, DecodeSpace&) override {
    ++mouth_->decoded;
    return {};
  }
  void reply(const engine::Session&, std::uint32_t, const engine::Answer&, Output&) override {}
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  void refuse(const Status&, Output&) override {}
  Spoken speak(Output& output) override {
    ++mouth_->asked;
    output.bytes += std::exchange(mouth_->words, {});
    return mouth_->spoken;
  }

 private:
  std::shared_ptr<Mouth> mouth_;
};

class WokenTest : public ClientsTest {
 protected:
  WokenTest() {
    Ends ends = socket_pair();
    clients().add({.socket = std::move(ends.server),
                   .peer = {.channel = "talk", .address = "192.0.2.1:7", .host = "192.0.2.1"}},
                  std::make_unique<Talker>(mouth_));
    peer_ = std::move(ends.peer);
  }
  void speak(std::string words, Spoken spoken = {}) {
    mouth_->words = std::move(words);
    mouth_->spoken = spoken;
    mouth_->waker.wake();
    EXPECT_TRUE(clients().has_left_over()) << "the loop must not wait";
    clients().speak();
    clients().settle(service_.durable_seq());
  }

  std::shared_ptr<Talker::Mouth> mouth_ = std::make_shared<Talker::Mouth>();
  FileDescriptor peer_;
};

TEST_F(WokenTest, SpeaksUnasked) {
  EXPECT_EQ(mouth_->host, "192.0.2.1");
  speak("hello");
  EXPECT_EQ(receive_from(peer_), "hello");
  speak("again");
  EXPECT_EQ(receive_from(peer_), "again");
  EXPECT_FALSE(clients().has_left_over());
}

TEST_F(WokenTest, WhatItSaysWaitsForTheDisk) {
  speak("first", {.stamp = {7}});
  EXPECT_EQ(receive_from(peer_), "");
  clients().settle({6});
  EXPECT_EQ(receive_from(peer_), "");
  clients().settle({7});
  EXPECT_EQ(receive_from(peer_), "first");
}

// What came behind a request that was held is looked at when it is answered.
TEST_F(WokenTest, AnAnswerLetsTheNextMessageIn) {
  send_to(peer_, "more");
  turn();
  const int before = mouth_->decoded;
  speak("news");
  turn();
  EXPECT_EQ(mouth_->decoded, before);
  speak("answer", {.stamp = {}, .answers = true});
  turn();
  EXPECT_GT(mouth_->decoded, before);
}

TEST_F(WokenTest, WhenItHasGoneNobodyIsAsked) {
  peer_.close();
  turns(2);
  EXPECT_EQ(clients().size(), 0U);
  mouth_->waker.wake();
  clients().speak();
  EXPECT_EQ(mouth_->asked, 0);
}

TEST_F(WokenTest, WhoDoesNotReadWhatItSaysIsCut) {
  limits_.output_hard_bytes = 100'000;
  for (int i = 0; i < 100 && clients().size() > 0; ++i) speak(std::string(50'000, 'x'));
  EXPECT_EQ(clients().size(), 0U);
}

}  // namespace
}  // namespace holdfast::net
