// DummyProvider: approves everything but what its options name, after a delay, so that every
// outcome of a payment can be tried without money.

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/payment_provider.h"

namespace holdfast::engine {

class DummyProvider : public PaymentProvider {
 public:
  struct Options {
    std::chrono::milliseconds delay{0};
    std::vector<std::int64_t> declined_amounts;  // minor units
    std::vector<std::string> declined_tokens;
  };

  explicit DummyProvider(Options options);
  // Drops the charges that are not answered yet.
  ~DummyProvider() override;
  DummyProvider(const DummyProvider&) = delete;
  DummyProvider& operator=(const DummyProvider&) = delete;

  // Always answers from its own thread.
  void charge(PaymentId number, Money amount, std::string_view currency, std::string_view token,
              Done done) override;

  // The id of an approved charge: 16 hexadecimal digits, a permutation of the payment numbers, so
  // that it is unique and asking twice gives the same one.
  static std::string transaction_of(PaymentId number);

 private:
  using Instant = std::chrono::steady_clock::time_point;

  ChargeAnswer decide(PaymentId number, Money amount, std::string_view token) const;
  void run();

  const Options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Instant, std::pair<ChargeAnswer, Done>> due_;  // under mutex_
  bool stopping_ = false;                                      // under mutex_
  std::thread thread_;  // last: it starts when all the rest is there
};

}  // namespace holdfast::engine
