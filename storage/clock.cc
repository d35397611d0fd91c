#include "storage/clock.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>

namespace holdfast::storage {

namespace {

Duration read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);  // cannot fail for these two clocks
  return {static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000};
}

class SystemClock final : public Clock {
 public:
  Time wall() const override { return {read_clock(CLOCK_REALTIME).us}; }
  Duration since_boot() const override { return read_clock(CLOCK_BOOTTIME); }
};

bool followed(Duration step) {
  return step <= CommandClock::kFollowedStep && step >= Duration{-CommandClock::kFollowedStep.us};
}

}  // namespace

std::string format_utc(Time time, bool with_fraction) {
  using std::chrono::days;
  const std::chrono::sys_time<std::chrono::microseconds> at{std::chrono::microseconds(time.us)};
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{at - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (with_fraction) text += fmt::format(".{:06}", clock.subseconds().count());
  return text + "Z";
}

namespace {

// Takes a text apart from its front.
class Front {
 public:
  explicit Front(std::string_view text) : rest_(text) {}
  // A number of `least` to `most` digits.
  int number(std::size_t least, std::size_t most) {
    int value = 0;
    digits_ = 0;
    while (digits_ < most && digits_ < rest_.size() && rest_[digits_] >= '0' &&
           rest_[digits_] <= '9') {
      value = value * 10 + (rest_[digits_++] - '0');
    }
    ok_ = ok_ && digits_ >= least;
    rest_.remove_prefix(digits_);
    return value;
  }
  bool skip(char expected) {
    const bool there = rest_.starts_with(expected);
    if (there) rest_.remove_prefix(1);
    return there;
  }
  void require(char expected) { ok_ = skip(expected) && ok_; }
  std::size_t digits() const { return digits_; }  // of the last number
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  std::size_t digits_ = 0;
  bool ok_ = true;
};

}  // namespace

Result<Time> parse_utc(std::string_view text) {
  namespace ch = std::chrono;
  Front front(text);
  const ch::year year(front.number(4, 4));
  front.require('-');
  const ch::month month(static_cast<unsigned>(front.number(2, 2)));
  front.require('-');
  const ch::day day(static_cast<unsigned>(front.number(2, 2)));
  front.require('T');
  const int hour = front.number(2, 2);
  front.require(':');
  const int minute = front.number(2, 2);
  front.require(':');
  const int second = front.number(2, 2);
  std::int64_t fraction = 0;
  if (front.skip('.')) {
    fraction = front.number(1, 6);
    for (std::size_t digits = front.digits(); digits < 6; ++digits) fraction *= 10;
  }
  front.require('Z');
  const ch::year_month_day date{year, month, day};
  if (!front.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return error(Code::kBadValue,
                 fmt::format("'{}' is not an instant like 2026-12-01T10:11:44Z", text));
  }
  const ch::sys_time<ch::microseconds> at = ch::sys_days(date) + ch::hours(hour) +
                                            ch::minutes(minute) + ch::seconds(second) +
                                            ch::microseconds(fraction);
  return Time{at.time_since_epoch().count()};
}

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

// From the later of the two: anchored to a wall clock that is years behind the last record, time
// would stand still until the wall clock had caught up, and no hold would expire until then.
CommandClock::CommandClock(const Clock& clock, Time last)
    : clock_(&clock),
      offset_{std::max(clock.wall(), last).us - clock.since_boot().us},
      last_(last) {
}

Result<CommandClock> CommandClock::start(const Clock& clock, Time last, bool accept) {
  const Time wall = clock.wall();
  if (!accept && last - wall > kFollowedStep) {
    return error(Code::kClock,
                 fmt::format("the wall clock says {} but the last record is of {}: set the clock, "
                             "or accept it as it is",
                             format_utc(wall), format_utc(last)));
  }
  return CommandClock(clock, last);
}

Time CommandClock::now() {
  const Duration boot = clock_->since_boot();
  const Duration offset{clock_->wall().us - boot.us};
  const Duration step{offset.us - offset_.us};
  alarmed_ = !followed(step);
  pending_step_ = alarmed_ ? step : Duration{};
  if (!alarmed_) offset_ = offset;
  last_ = {std::max(boot.us + offset_.us, last_.us + 1)};
  return last_;
}

Time CommandClock::peek() const {
  const Duration boot = clock_->since_boot();
  const Duration offset{clock_->wall().us - boot.us};
  const bool follow = followed({offset.us - offset_.us});
  return {std::max(boot.us + (follow ? offset.us : offset_.us), last_.us)};
}

Duration CommandClock::accept() {
  const Duration step = pending_step_;
  offset_.us += step.us;
  alarmed_ = false;
  pending_step_ = {};
  return step;
}

}  // namespace holdfast::storage
