#include "net/event_loop.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::net {
namespace {

Time monotonic_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace

EventLoop::EventLoop(Poller poller) : poller_(std::move(poller)), now_(monotonic_now()) {
}

Result<EventLoop> EventLoop::create() {
  return EventLoop(TRY(Poller::create()));
}

Result<void> EventLoop::add(EventSource& source, std::uint32_t interest) {
  source.interest = interest;
  return poller_.add(source.fd, interest, &source);
}

void EventLoop::set_interest(EventSource& source, std::uint32_t interest) {
  if (source.interest == interest) return;
  source.interest = interest;
  const auto modified = poller_.modify(source.fd, interest, &source);
  CHECK(modified, "{}", modified.error().to_string());  // only a wrong descriptor fails here
}

void EventLoop::remove(EventSource& source) {
  const auto removed = poller_.remove(source.fd);
  CHECK(removed, "{}", removed.error().to_string());
}

Result<void> EventLoop::wait(std::optional<Duration> timeout) {
  const auto until_timer = timers_.time_to_next(now_);
  if (until_timer && (!timeout || *until_timer < *timeout)) timeout = until_timer;
  events_ = TRY(poller_.wait(timeout));
  now_ = monotonic_now();
  return {};
}

void EventLoop::dispatch() {
  timers_.run_due(now_);
  for (const epoll_event& event : events_) {
    static_cast<EventSource*>(event.data.ptr)->on_events(event.events);
  }
  events_ = {};
}

}  // namespace holdfast::net
