#include "cmd/bench/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::cmd {
namespace {

using net::FileDescriptor;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

// Asks PING so often and wants every second reply.
class Pings : public Workload {
 public:
  explicit Pings(int most) : most_(most) {}
  storage::Result<void> set_up(const WorkloadStock&) override { return {}; }
  bool next(BenchRequest& request) override {
    if (asked == most_) return false;
    request.words = {"PING"};
    request.tell = ++asked % 2 == 0;
    return true;
  }
  void answered(std::string_view reply) override { told.emplace_back(reply); }

  int asked = 0;
  std::vector<std::string> told;

 private:
  const int most_;
};

constexpr std::string_view kPing = "*1\r\n$4\r\nPING\r\n";

// The other end of a connection, in a thread of its own: answers request i with answer(i), until
// that is empty, and then hangs up.
class Peer {
 public:
  explicit Peer(std::function<std::string(int)> answer) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    socket = FileDescriptor(ends[0]);
    thread_ = std::thread([own = FileDescriptor(ends[1]), answer = std::move(answer)] {
      std::string request(kPing.size(), '\0');
      for (int i = 0;; ++i) {
        const ssize_t got = ::recv(own.get(), request.data(), request.size(), MSG_WAITALL);
        if (got != static_cast<ssize_t>(request.size())) return;
        EXPECT_EQ(request, kPing);
        const std::string reply = answer(i);
        if (reply.empty()) return;
        EXPECT_EQ(::send(own.get(), reply.data(), reply.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(reply.size()));
      }
    });
  }
  ~Peer() { thread_.join(); }

  FileDescriptor socket;

 private:
  std::thread thread_;
};

std::vector<FileDescriptor> sockets_of(std::vector<std::unique_ptr<Peer>>& peers) {
  std::vector<FileDescriptor> sockets;
  for (auto& peer : peers) sockets.push_back(std::move(peer->socket));
  return sockets;
}

TEST(Load, CountsWhatWasDoneAndWhatWasRefusedByItsCode) {
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(std::make_unique<Peer>([](int request) -> std::string {
      if (request % 10 == 4) return "-TAKEN unit \"7\" is booked seq=3\r\n";
      if (request % 10 == 9) return "-PROTO\r\n";
      return "+PONG\r\n";
    }));
  }
  Pings pings(1'000'000);
  const auto measured = run_load(pings, sockets_of(peers), 10, {.requests = 300});
  ASSERT_TRUE(measured) << measured.error().to_string();
  const std::uint64_t taken = measured->refused.at("TAKEN");
  const std::uint64_t proto = measured->refused.at("PROTO");
  EXPECT_EQ(measured->done + taken + proto, 300U);
  EXPECT_THAT(measured->refused, UnorderedElementsAre(Pair("TAKEN", taken), Pair("PROTO", proto)));
  EXPECT_EQ(measured->latency.count(), measured->done);
  EXPECT_EQ(measured->ended, "");
}

TEST(Load, TellsTheRepliesThatAreWantedAndNoRefusals) {
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(std::make_unique<Peer>([](int request) {
    return request == 3 ? std::string("-BUSY\r\n") : "+" + std::to_string(request) + "\r\n";
  }));
  Pings pings(8);
  const auto measured = run_load(pings, sockets_of(peers), 3, {.requests = 100});
  ASSERT_TRUE(measured) << measured.error().to_string();
  EXPECT_THAT(pings.told, ElementsAre("+1\r\n", "+5\r\n", "+7\r\n"));
  EXPECT_EQ(measured->done, 7U);
  EXPECT_THAT(measured->ended, HasSubstr("nothing left"));
}

TEST(Load, ALostConnectionEndsItWithWhatWasDone) {
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(
      std::make_unique<Peer>([](int request) { return request == 5 ? "" : "+PONG\r\n"; }));
  Pings pings(100);
  const auto measured = run_load(pings, sockets_of(peers), 1, {.requests = 100});
  ASSERT_TRUE(measured);
  ASSERT_TRUE(measured->failure);
  EXPECT_EQ(measured->failure->code(), storage::Code::kIo);
  EXPECT_EQ(measured->ended, measured->failure->message());
  EXPECT_EQ(measured->done, 5U);
}

TEST(Load, AReplyThatIsNoneEndsIt) {
  std::vector<std::unique_ptr<Peer>> peers;
  peers.push_back(std::make_unique<Peer>([](int) { return "HTTP/1.1 400\r\n"; }));
  Pings pings(100);
  const auto measured = run_load(pings, sockets_of(peers), 1, {.requests = 100});
  ASSERT_TRUE(measured);
  ASSERT_TRUE(measured->failure);
  EXPECT_EQ(measured->failure->code(), storage::Code::kProto);
  EXPECT_THAT(measured->ended, HasSubstr("HTTP/1.1"));
}

}  // namespace
}  // namespace holdfast::cmd
