#include "tests/support/dropping_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace holdfast::test {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

DroppingProxy::DroppingProxy()
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), stop_(eventfd(0, EFD_CLOEXEC)) {
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "proxy");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

DroppingProxy::~DroppingProxy() {
  eventfd_write(stop_, 1);
  thread_.join();
  close(listener_);
  close(stop_);
}

std::string DroppingProxy::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

// One connection after the other: a test has one client at a time.
void DroppingProxy::run() {
  for (;;) {
    std::array<pollfd, 2> ready{pollfd{.fd = listener_, .events = POLLIN, .revents = 0},
                                pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
    if (ready[1].revents != 0) return;
    if (ready[0].revents == 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    serve(client);
    close(client);
  }
}

void DroppingProxy::serve(int client) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(server_);
  bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    std::array<pollfd, 3> ready{pollfd{.fd = client, .events = POLLIN, .revents = 0},
                                pollfd{.fd = server, .events = POLLIN, .revents = 0},
                                pollfd{.fd = stop_, .events = POLLIN, .revents = 0}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) break;
    if (ready[2].revents != 0) break;
    if (ready[0].revents != 0) open = pass(client, server, Lose::kRequest);
    if (open && ready[1].revents != 0) open = pass(server, client, Lose::kReply);
  }
  close(server);
}

// Passes on what has come; false when the connection is over.
bool DroppingProxy::pass(int from, int to, Lose direction) {
  std::array<char, 65536> buffer{};
  const ssize_t size = recv(from, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  auto expected = direction;
  if (lose_.compare_exchange_strong(expected, Lose::kNothing)) {
    const std::lock_guard lock(mutex_);
    lost_.assign(buffer.data(), static_cast<std::size_t>(size));
    return false;
  }
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t taken =
        send(to, buffer.data() + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
    if (taken <= 0) return false;
    sent += taken;
  }
  return true;
}

}  // namespace holdfast::test
