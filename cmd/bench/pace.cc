#include "cmd/bench/pace.h"

#include <fmt/format.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>

namespace holdfast::cmd {

using storage::Code;
using storage::Duration;
using storage::errno_status;
using storage::error;
using storage::Result;
using storage::Time;

namespace {

constexpr Duration kLongestSilence = Duration::seconds(60);
constexpr std::int64_t kUsPerSecond = 1'000'000;  // us

}  // namespace

Pace::Pace(net::EventLoop& loop, const PaceOptions& options, const storage::Clock& clock)
    : loop_(loop), options_(options), clock_(clock) {
}

Pace::~Pace() {
  if (signalled_.fd >= 0) loop_.remove(signalled_);
  if (rung_.fd >= 0) loop_.remove(rung_);
}

Result<void> Pace::begin() {
  signals_ = TRY(net::Signals::create());
  signalled_ = {.fd = signals_->fd(), .on_events = [this](std::uint32_t) {
                  if (signals_->take()) end();
                }};
  TRY(loop_.add(signalled_, EPOLLIN));
  alarm_ = net::FileDescriptor(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!alarm_) return std::unexpected(errno_status("timerfd_create", errno));
  rung_ = {.fd = alarm_.get(), .on_events = [this](std::uint32_t) {
             std::uint64_t times = 0;
             [[maybe_unused]] const ssize_t read = ::read(alarm_.get(), &times, sizeof times);
           }};
  TRY(loop_.add(rung_, EPOLLIN));
  began_ = heard_ = now();
  return {};
}

Time Pace::start_of(std::uint64_t request) const {
  const auto whole = static_cast<std::int64_t>(request) / options_.rate;
  const auto rest = static_cast<std::int64_t>(request) % options_.rate;
  return began_ + Duration{(whole * kUsPerSecond) + (rest * kUsPerSecond / options_.rate)};
}

bool Pace::ended() {
  const bool all = options_.requests > 0 && asked_ == static_cast<std::uint64_t>(options_.requests);
  const bool late = options_.time.us > 0 && elapsed() >= options_.time;
  ended_ = ended_ || all || late;
  return ended_;
}

std::optional<Time> Pace::next() {
  if (ended()) return std::nullopt;
  const Time present = now();
  const Time start = options_.rate == 0 ? present : start_of(asked_);
  if (start > present) return std::nullopt;
  ++asked_;
  return start;
}

std::uint64_t Pace::left_out() const {
  if (options_.rate == 0) return 0;
  // So many were to start within the time, or until it was ended.
  const Duration time = options_.time.us > 0 ? std::min(options_.time, elapsed()) : elapsed();
  std::uint64_t due = asked_;
  while (start_of(due) < began_ + time) ++due;
  if (options_.requests > 0) due = std::min(due, static_cast<std::uint64_t>(options_.requests));
  return due - asked_;
}

void Pace::set_alarm() {
  const Time start = start_of(asked_);
  itimerspec when{};
  when.it_value = {.tv_sec = start.us / kUsPerSecond, .tv_nsec = (start.us % kUsPerSecond) * 1000};
  ::timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

Result<void> Pace::turn() {
  Duration most = Duration::seconds(1);
  if (!ended() && options_.time.us > 0) most = std::min(most, options_.time - elapsed());
  if (!ended_ && options_.rate > 0 && start_of(asked_) > now()) set_alarm();
  TRY(loop_.wait(most));
  loop_.dispatch();
  if (now() - heard_ > kLongestSilence) {
    return error(Code::kIo, fmt::format("no reply within {} s", kLongestSilence.us / kUsPerSecond));
  }
  return {};
}

}  // namespace holdfast::cmd
