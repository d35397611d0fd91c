#include "admin/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <thread>

#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

// Listens on a socket of the file system; answers the first request, and dies of the second.
class ServerThatDies {
 public:
  explicit ServerThatDies(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    thread_ = std::jthread([this] { serve(); });
  }
  ~ServerThatDies() {
    thread_.join();
    ::close(listener_);
  }
  ServerThatDies(const ServerThatDies&) = delete;
  ServerThatDies& operator=(const ServerThatDies&) = delete;

 private:
  void serve() const {
    const int client = ::accept(listener_, nullptr, nullptr);
    std::array<char, 4096> request{};
    constexpr std::string_view kAnswer = "+OK\r\n";
    EXPECT_GT(::read(client, request.data(), request.size()), 0);
    EXPECT_EQ(::write(client, kAnswer.data(), kAnswer.size()), std::ssize(kAnswer));
    EXPECT_GT(::read(client, request.data(), request.size()), 0);
    ::close(client);
  }

  int listener_;
  std::jthread thread_;
};

TEST(TargetOnline, SaysThatTheServerIsLostWhenItDies) {
  const TempDirectory directory;
  const auto path = (directory / "socket").string();
  const ServerThatDies server(path);
  auto target = admin::Target::open({.socket = path});
  ASSERT_TRUE(target) << target.error().to_string();
  EXPECT_EQ(target->mode(), "online");
  const auto asked = target->ask({"CLOCK"});
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code(), admin::Code::kIo);
  EXPECT_THAT(asked.error().message(), HasSubstr("the connection to the server is lost"));
}

}  // namespace
}  // namespace holdfast::test
