// Poller: epoll, level-triggered, and nothing else. Loop thread only.

#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/basics.h"
#include "net/limits.h"

namespace holdfast::net {

class Poller {
 public:
  static Result<Poller> create();

  // `token` comes back in epoll_event.data.ptr. `events`: EPOLLIN, EPOLLOUT or 0 (errors and
  // hang-ups are always reported).
  Result<void> add(int fd, std::uint32_t events, void* token);
  Result<void> modify(int fd, std::uint32_t events, void* token);
  // Must come before the descriptor is closed if it may have been duplicated.
  Result<void> remove(int fd);

  // Waits for events, at most `timeout` (none: for ever). The span lives until the next call; it is
  // empty after a time-out or a signal.
  Result<std::span<const epoll_event>> wait(std::optional<Duration> timeout);

 private:
  explicit Poller(FileDescriptor epoll) : epoll_(std::move(epoll)) {}
  Result<void> control(int operation, int fd, std::uint32_t events, void* token);

  FileDescriptor epoll_;
  std::vector<epoll_event> events_ = std::vector<epoll_event>(kMaxEventsPerTurn);
};

}  // namespace holdfast::net
