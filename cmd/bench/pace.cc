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
  for (net::EventSource* source : watched_) loop_.remove(*source);
  if (signals_) ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

Result<void> Pace::watch(net::EventSource& source) {
  TRY(loop_.add(source, EPOLLIN));
  watched_.push_back(&source);
  return {};
}

Result<void> Pace::begin() {
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask_before_);
  signals_ = TRY(net::Signals::create());
  signalled_ = {.fd = signals_->fd(), .on_events = [this](std::uint32_t) {
                  while (signals_->take()) ++signals_seen_;
                }};
  TRY(watch(signalled_));
  alarm_ = net::FileDescriptor(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!alarm_) return std::unexpected(errno_status("timerfd_create", errno));
  rung_ = {.fd = alarm_.get(), .on_events = [this](std::uint32_t) {
             std::uint64_t times = 0;
             [[maybe_unused]] const ssize_t read = ::read(alarm_.get(), &times, sizeof times);
           }};
  TRY(watch(rung_));
  began_ = present_ = heard_ = now();
  return {};
}

Time Pace::start_of(std::uint64_t request) const {
  const auto whole = static_cast<std::int64_t>(request) / options_.rate;
  const auto rest = static_cast<std::int64_t>(request) % options_.rate;
  return began_ + Duration{(whole * kUsPerSecond) + (rest * kUsPerSecond / options_.rate)};
}

bool Pace::time_is_over() const {
  return options_.time.us > 0 && elapsed() >= options_.time;
}

std::optional<Time> Pace::next() {
  too_early_ = false;
  if (options_.requests > 0 && asked_ == static_cast<std::uint64_t>(options_.requests)) end();
  if (ended_) return std::nullopt;
  const Time start = options_.rate == 0 ? now() : start_of(asked_);
  if (options_.time.us > 0 && start - began_ >= options_.time) return std::nullopt;
  too_early_ = options_.rate > 0 && start > present_;
  if (too_early_) return std::nullopt;
  ++asked_;
  return start;
}

std::uint64_t Pace::left_out() const {
  if (options_.rate == 0) return 0;
  // Request i starts at i / rate, rounded down: so many do so up to and with `last`.
  std::int64_t last = (present_ - began_).us;
  if (options_.time.us > 0) last = std::min(last, options_.time.us - 1);
  const std::int64_t scaled = (last + 1) * options_.rate;
  auto due = static_cast<std::uint64_t>((scaled + kUsPerSecond - 1) / kUsPerSecond);
  if (options_.requests > 0) due = std::min(due, static_cast<std::uint64_t>(options_.requests));
  return due - std::min(due, asked_);
}

void Pace::set_alarm() {
  const Time start = start_of(asked_);
  itimerspec when{};
  when.it_value = {.tv_sec = start.us / kUsPerSecond, .tv_nsec = (start.us % kUsPerSecond) * 1000};
  ::timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

Result<void> Pace::turn() {
  // What was due has been asked, or will not be.
  if (!ended_ && (signals_seen_ > 0 || time_is_over())) {
    end();
    return {};
  }
  Duration most = Duration::seconds(1);
  if (!ended_ && options_.time.us > 0) most = std::min(most, options_.time - elapsed());
  // Also when it has become due meanwhile: the alarm rings at once then.
  if (too_early_) set_alarm();
  too_early_ = false;
  TRY(loop_.wait(most));
  loop_.dispatch();
  if (!ended_) present_ = now();
  if (now() - heard_ > kLongestSilence) {
    return error(Code::kIo, fmt::format("no reply within {} s", kLongestSilence.us / kUsPerSecond));
  }
  return {};
}

}  // namespace holdfast::cmd
