// What tests of hostile clients share: a server under attack, sockets that never read, and the
// figures of the server's memory. HOLDFAST_CROWD: how many attackers.

#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "tests/support/process_figures.h"
#include "tests/wire/demo_server.h"

namespace holdfast::test {

inline constexpr std::uint64_t kCrowd = HOLDFAST_CROWD;
inline constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
// What the server takes for itself while it works: a flush, a batch, the allocator's slack.
inline constexpr std::uint64_t kOwnWork = 64 * kMiB + kSanitizerBytes;

// A socket that sends without ever reading, and never waits.
class MuteClient {
 public:
  explicit MuteClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int small = 4096;  // so that what is not read piles up at the server
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::system_error(errno, std::generic_category(), "connect");
    }
    fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  ~MuteClient() {
    if (fd_ >= 0) close(fd_);
  }
  MuteClient(MuteClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  MuteClient& operator=(MuteClient&&) = delete;

  // How many bytes went out; 0 when the server takes no more, or has gone.
  std::size_t send(std::string_view bytes) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }

 private:
  int fd_;
};

class Hostile : public testing::Test {
 protected:
  void SetUp() override {
    allow_descriptors(kCrowd + 256);
    auto admin = server_.admin();
    ASSERT_EQ(admin.ask("PLAN CREATE yard units=1-1000000")[0], '+');
    ASSERT_EQ(
        admin.ask("OFFERING CREATE yard plan=yard axis=event currency=USD price=100 pay=later")[0],
        '+');
    before_ = memory();
  }
  void TearDown() override {
    expect_served();
    EXPECT_EQ(server_.daemon().stop(), 0) << server_.daemon().log();
  }

  std::uint64_t memory() { return anonymous_bytes(server_.daemon().pid()); }

  // A new connection to the admin socket, and a customer who books.
  void expect_served() {
    auto admin = server_.admin();
    EXPECT_EQ(admin.ask("PING"), "+PONG");
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(line_field(customer_.ask("BOOK yard n=1"), "status"), "confirmed");
    }
  }

  // That the memory taken since the beginning is within `allowed` and the server's own work.
  void expect_memory_within(std::uint64_t allowed, std::string_view when) {
    const std::uint64_t now = memory();
    const std::uint64_t grown = now > before_ ? now - before_ : 0;
    fmt::print("{}: RssAnon {:.1f} MiB, {:.1f} MiB more than before, allowed {:.1f} + {:.1f}\n",
               when, static_cast<double>(now) / kMiB, static_cast<double>(grown) / kMiB,
               static_cast<double>(allowed) / kMiB, static_cast<double>(kOwnWork) / kMiB);
    EXPECT_LE(grown, allowed + kOwnWork) << when;
  }

  // Sends `bytes` on each socket again and again until the server takes nothing from any of them,
  // however often it is given a turn.
  void flood(std::vector<MuteClient>& clients, std::string_view bytes) {
    auto admin = server_.admin();
    std::uint64_t all = 0;
    for (int quiet = 0; quiet < 20;) {
      std::size_t sent = 0;
      for (auto& client : clients) sent += client.send(bytes);
      ASSERT_EQ(admin.ask("PING"), "+PONG");
      quiet = sent == 0 ? quiet + 1 : 0;
      all += sent;
      ASSERT_LT(all, clients.size() * 64 * kMiB) << "the server takes whatever it is sent";
    }
  }

  std::vector<MuteClient> mute_crowd(std::uint64_t count) const {
    std::vector<MuteClient> clients;
    for (std::uint64_t i = 0; i < count; ++i) clients.emplace_back(server_.port());
    return clients;
  }

  DemoServer server_{fmt::format("net.max_connections = {}\n", kCrowd + 64)};
  WireClient customer_ = server_.customer("bystander");
  std::uint64_t before_ = 0;
};

}  // namespace holdfast::test
