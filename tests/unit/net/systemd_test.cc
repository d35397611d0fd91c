#include "net/systemd.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "net/socket_address.h"
#include "tests/support/temp_directory.h"

namespace holdfast::net {
namespace {

TEST(Systemd, WithoutAManagerNothingHappens) {
  ::unsetenv("NOTIFY_SOCKET");
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("LISTEN_FDS");
  notify_manager("READY=1");
  EXPECT_EQ(watchdog_interval(), std::nullopt);
  const auto sockets = inherited_sockets();
  ASSERT_TRUE(sockets);
  EXPECT_TRUE(sockets->empty());
}

TEST(Systemd, TheManagerIsTold) {
  const test::TempDirectory directory;
  const std::string path = directory / "notify";
  const auto address = SocketAddress::local(path);
  const FileDescriptor manager(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(manager.get(), address->data(), address->size()), 0);
  ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  notify_manager("READY=1\nSTATUS=serving");
  ::unsetenv("NOTIFY_SOCKET");
  char text[100];
  const ssize_t bytes = ::recv(manager.get(), text, sizeof text, MSG_DONTWAIT);
  ASSERT_GT(bytes, 0);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(bytes)), "READY=1\nSTATUS=serving");
}

TEST(Systemd, TheWatchdogIntervalIsTheManagers) {
  ::setenv("WATCHDOG_USEC", "30000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  const auto interval = watchdog_interval();
  ::unsetenv("WATCHDOG_USEC");
  ::unsetenv("WATCHDOG_PID");
  EXPECT_EQ(interval, Duration::seconds(30));
}

}  // namespace
}  // namespace holdfast::net
