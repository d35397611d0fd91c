#include "net/timers.h"

#include <algorithm>
#include <utility>

namespace holdfast::net {

TimerId Timers::add(Time when, std::function<void()> action) {
  const TimerId id = ++last_id_;
  timers_.emplace(Key{when, id}, std::move(action));
  when_.emplace(id, when);
  return id;
}

void Timers::cancel(TimerId id) {
  const auto found = when_.find(id);
  if (found == when_.end()) return;
  timers_.erase(Key{found->second, id});
  when_.erase(found);
}

void Timers::run_due(Time now) {
  // Timers added by an action wait for the next call: an action that re-arms itself for now must
  // not keep the loop here.
  const TimerId last_to_run = last_id_;
  auto next = timers_.begin();
  while (next != timers_.end() && next->first.first <= now) {
    const Key key = next->first;
    if (key.second > last_to_run) {
      ++next;
      continue;
    }
    const auto action = std::move(next->second);
    timers_.erase(next);
    when_.erase(key.second);
    action();
    next = timers_.upper_bound(key);  // the action may have changed anything
  }
}

std::optional<Duration> Timers::time_to_next(Time now) const {
  if (timers_.empty()) return std::nullopt;
  return std::max(timers_.begin()->first.first - now, Duration{0});
}

}  // namespace holdfast::net
