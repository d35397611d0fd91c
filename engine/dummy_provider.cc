#include "engine/dummy_provider.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::engine {

DummyProvider::DummyProvider(Options options) : options_(std::move(options)) {
  thread_ = std::thread([this] { run(); });
}

DummyProvider::~DummyProvider() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DummyProvider::charge(PaymentId number, Money amount, std::string_view, std::string_view token,
                           Done done) {
  const Instant when = std::chrono::steady_clock::now() + options_.delay;
  {
    const std::lock_guard lock(mutex_);
    due_.emplace(when, std::pair(decide(number, amount, token), std::move(done)));
  }
  changed_.notify_one();
}

std::string DummyProvider::transaction_of(PaymentId number) {
  // The finaliser of splitmix64 (Steele, Lea, Flood 2014): each step can be undone, so no two
  // numbers share an id.
  std::uint64_t bits = number.value + 0x9e3779b97f4a7c15;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  bits ^= bits >> 31;
  return fmt::format("{:016X}", bits);
}

ChargeAnswer DummyProvider::decide(PaymentId number, Money amount, std::string_view token) const {
  const auto named = [](const auto& list, const auto& value) {
    return std::ranges::find(list, value) != list.end();
  };
  if (named(options_.declined_amounts, amount.minor)) {
    return {.approved = false, .transaction = {}, .reason = "amount declined"};
  }
  if (named(options_.declined_tokens, token)) {
    return {.approved = false, .transaction = {}, .reason = "token declined"};
  }
  return {.approved = true, .transaction = transaction_of(number), .reason = {}};
}

void DummyProvider::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = due_.begin();
    if (first->first > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, first->first);
      continue;
    }
    auto [answer, done] = std::move(first->second);
    due_.erase(first);
    lock.unlock();  // `done` may ask for the next charge
    done(std::move(answer));
    lock.lock();
  }
}

}  // namespace holdfast::engine
