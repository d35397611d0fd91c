// What an engine needs around it when it does not serve: a clock that stands still, so that nothing
// expires by being looked at, and nobody who is asked for money.

#pragma once

#include "engine/payment_provider.h"
#include "storage/clock.h"

namespace holdfast::admin {

class StoppedClock final : public storage::Clock {
 public:
  explicit StoppedClock(storage::Time at) : at_(at) {}
  storage::Time wall() const override { return at_; }
  storage::Duration since_boot() const override { return {at_.us}; }

 private:
  storage::Time at_;
};

// What is pending stays pending.
class NoProvider final : public engine::PaymentProvider {
 public:
  void charge(engine::PaymentId, engine::Money, std::string_view, std::string_view, Done) override {
  }
};

}  // namespace holdfast::admin
