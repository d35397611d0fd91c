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
