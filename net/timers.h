// Timers: callbacks at instants of a clock that never goes back. The caller says what time it is,
// so that tests need no real time. Loop thread only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "net/basics.h"

namespace holdfast::net {

using storage::Time;
using TimerId = std::uint64_t;  // 0: none

class Timers {
 public:
  // `action` runs once, in the first run_due(now) with now >= when. Equal instants run in the order
  // they were added.
  TimerId add(Time when, std::function<void()> action);
  // Unknown or fired timers, and 0, are ignored.
  void cancel(TimerId id);
  // Runs what is due. An action may add and cancel timers; one added here runs in the next call.
  void run_due(Time now);
  // Until the next timer; 0 when one is due; nothing when there is none.
  std::optional<Duration> time_to_next(Time now) const;
  std::size_t size() const { return timers_.size(); }

 private:
  using Key = std::pair<Time, TimerId>;
  std::map<Key, std::function<void()>> timers_;
  std::unordered_map<TimerId, Time> when_;
  TimerId last_id_ = 0;
};

}  // namespace holdfast::net
