// Time: what the machine says (Clock) and what commands carry (CommandClock).

#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/status.h"

namespace holdfast::storage {

// An instant: microseconds since 1970-01-01T00:00:00Z.
struct Time {
  std::int64_t us = 0;
  auto operator<=>(const Time&) const = default;
};

struct Duration {
  std::int64_t us = 0;
  auto operator<=>(const Duration&) const = default;
  static constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
  static constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
};
constexpr Time operator+(Time t, Duration d) {
  return {t.us + d.us};
}
constexpr Time operator-(Time t, Duration d) {
  return {t.us - d.us};
}
constexpr Duration operator-(Time a, Time b) {
  return {a.us - b.us};
}
constexpr Duration operator+(Duration a, Duration b) {
  return {a.us + b.us};
}
constexpr Duration operator-(Duration a, Duration b) {
  return {a.us - b.us};
}

// "2026-12-01T10:11:44Z"; with_fraction adds the six digits of the microseconds.
std::string format_utc(Time time, bool with_fraction = false);
// "2026-12-01T10:11:44Z", with up to six digits of a fraction. kBadValue, quoting the text.
Result<Time> parse_utc(std::string_view text);

// The machine's clocks. A seam: tests drive a manual one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time wall() const = 0;            // CLOCK_REALTIME: may be set, may jump
  virtual Duration since_boot() const = 0;  // CLOCK_BOOTTIME: never goes back, runs in suspend
};

// The real clocks, one for the process.
const Clock& system_clock();

// The time that commands carry. It runs on CLOCK_BOOTTIME from a wall-clock anchor taken at start
// and never goes back: each call returns max(now, last + 1 us). Steps of the wall clock up to
// kFollowedStep are followed; a larger one raises an alarm and is not followed until accept().
// Loop thread only.
class CommandClock {
 public:
  static constexpr Duration kFollowedStep = Duration::seconds(300);

  // `last` is the time of the last committed record ({0} for an empty store). Error kClock, naming
  // both times, when the wall clock is more than kFollowedStep behind it and `accept` is false;
  // accepted, time runs on from `last`, and the difference is a pending step.
  static Result<CommandClock> start(const Clock& clock, Time last, bool accept);

  Time now();                                // strictly increasing
  Time peek() const;                         // the current time without advancing the sequence
  bool alarmed() const { return alarmed_; }  // a wall step larger than kFollowedStep is pending
  Duration pending_step() const { return pending_step_; }
  // Follows the pending step; returns it, so that open deadlines can be moved by it.
  Duration accept();

 private:
  CommandClock(const Clock& clock, Time last);
  const Clock* clock_;
  Duration offset_;  // wall = since_boot + offset
  Time last_;
  bool alarmed_ = false;
  Duration pending_step_;
};

}  // namespace holdfast::storage
