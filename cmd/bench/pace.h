// Pace: when a load asks, and when it has asked enough.
//
// Without a rate requests may start at any time (a closed loop: each client asks again once it was
// answered). With one, request i is meant to start i / rate after the beginning, and that is when
// its latency counts from, however late it leaves: a server that stalls does not hide what it kept
// waiting ("coordinated omission", Gil Tene).

#pragma once

#include <signal.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "net/event_loop.h"
#include "net/signals.h"
#include "storage/clock.h"

namespace holdfast::cmd {

struct PaceOptions {
  std::int64_t requests = 0;  // 0: as many as there is time for
  storage::Duration time{0};  // 0: as long as it takes
  std::int64_t rate = 0;      // a second; 0: as fast as replies come
};

class Pace {
 public:
  // `loop` and `clock`, of which it takes the time since boot, outlive it.
  Pace(net::EventLoop& loop, const PaceOptions& options,
       const storage::Clock& clock = storage::system_clock());
  ~Pace();
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;

  // The time begins. From here on SIGINT and SIGTERM are its end, and a second one is the end of
  // the wait for replies; what they do otherwise comes back with the destructor.
  storage::Result<void> begin();
  // When the next request starts, if it may now; the caller makes it, or calls end().
  std::optional<storage::Time> next();
  // No more requests.
  void end() { ended_ = true; }
  bool ended() const { return ended_; }
  bool interrupted() const { return signals_seen_ > 0; }
  bool given_up() const { return signals_seen_ > 1; }

  // To be called once everybody has asked what next() allows: waits for what happens on the loop,
  // and for the time of the next request. kIo when nothing has been heard() for too long.
  storage::Result<void> turn();
  void heard() { heard_ = now(); }

  std::uint64_t asked() const { return asked_; }
  // Requests whose time had come before the end, and that nobody was free to make.
  std::uint64_t left_out() const;
  storage::Duration elapsed() const { return now() - began_; }

  storage::Time now() const { return {clock_.since_boot().us}; }

 private:
  storage::Time start_of(std::uint64_t request) const;
  bool time_is_over() const;
  storage::Result<void> watch(net::EventSource& source);
  void set_alarm();

  net::EventLoop& loop_;
  const PaceOptions options_;
  const storage::Clock& clock_;
  std::optional<net::Signals> signals_;
  sigset_t mask_before_{};
  net::EventSource signalled_;
  net::FileDescriptor alarm_;  // finer than the loop's own timers
  net::EventSource rung_;
  std::vector<net::EventSource*> watched_;
  storage::Time began_;
  storage::Time present_;  // what is due is so at this moment: of the last turn before the end
  storage::Time heard_;
  std::uint64_t asked_ = 0;
  int signals_seen_ = 0;
  bool too_early_ = false;  // the next request has yet to become due, and somebody is free for it
  bool ended_ = false;
};

}  // namespace holdfast::cmd
