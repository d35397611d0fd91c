// EventLoop: one wait for sockets and timers, and who is told. It knows nothing of turns: the
// server calls wait() and dispatch() in each. Loop thread only.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "net/basics.h"
#include "net/poller.h"
#include "net/timers.h"

namespace holdfast::net {

// A descriptor under watch. It must stay where it is, and alive, until it has been removed and the
// current dispatch() has returned: an event for it may already be in hand.
struct EventSource {
  int fd = -1;
  std::function<void(std::uint32_t events)> on_events;  // EPOLL* bits
  std::uint32_t interest = 0;                           // kept by EventLoop
};

class EventLoop {
 public:
  static Result<EventLoop> create();

  Result<void> add(EventSource& source, std::uint32_t interest);
  // Costs a system call only when the interest changes.
  void set_interest(EventSource& source, std::uint32_t interest);
  void remove(EventSource& source);

  // Waits until something happens, `timeout` has passed (none: no bound) or a timer is due.
  Result<void> wait(std::optional<Duration> timeout);
  // Runs what wait() found: due timers, then the sources' callbacks.
  void dispatch();

  Timers& timers() { return timers_; }
  // A clock that never goes back; read once a turn, after the wait.
  Time now() const { return now_; }
  TimerId after(Duration delay, std::function<void()> action) {
    return timers_.add(now_ + delay, std::move(action));
  }

 private:
  explicit EventLoop(Poller poller);

  Poller poller_;
  Timers timers_;
  Time now_;
  std::span<const epoll_event> events_;
};

}  // namespace holdfast::net
