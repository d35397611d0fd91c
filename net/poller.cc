#include "net/poller.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace holdfast::net {

Result<Poller> Poller::create() {
  FileDescriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return std::unexpected(errno_status("epoll_create1", errno));
  return Poller(std::move(epoll));
}

Result<void> Poller::control(int operation, int fd, std::uint32_t events, void* token) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = token;
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
    return std::unexpected(errno_status("epoll_ctl", errno));
  }
  return {};
}

Result<void> Poller::add(int fd, std::uint32_t events, void* token) {
  return control(EPOLL_CTL_ADD, fd, events, token);
}

Result<void> Poller::modify(int fd, std::uint32_t events, void* token) {
  return control(EPOLL_CTL_MOD, fd, events, token);
}

Result<void> Poller::remove(int fd) {
  return control(EPOLL_CTL_DEL, fd, 0, nullptr);
}

Result<std::span<const epoll_event>> Poller::wait(std::optional<Duration> timeout) {
  int timeout_ms = -1;
  if (timeout) {
    // Rounded up: a wait that ends before its deadline would turn the loop in vain. Bounded, so
    // that a deadline far away cannot overflow.
    const std::int64_t wanted_ms = (std::max<std::int64_t>(timeout->us, 0) + 999) / 1000;
    timeout_ms = static_cast<int>(std::min<std::int64_t>(wanted_ms, 3'600'000));
  }
  const int count =
      ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
  if (count < 0) {
    if (errno == EINTR) return std::span<const epoll_event>();
    return std::unexpected(errno_status("epoll_wait", errno));
  }
  return std::span<const epoll_event>(events_.data(), static_cast<std::size_t>(count));
}

}  // namespace holdfast::net
