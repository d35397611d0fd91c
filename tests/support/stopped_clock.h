// StoppedClock: clocks that stand still until the test moves them. A store's threads look at them
// too.

#pragma once

#include <atomic>
#include <cstdint>

#include "storage/clock.h"

namespace holdfast::test {

class StoppedClock : public storage::Clock {
 public:
  // 2026-12-01T10:00:00Z, five minutes after boot.
  static constexpr storage::Time kStart{1'796'119'200'000'000};

  storage::Time wall() const override { return {kStart.us + passed_us + wall_step_us}; }
  storage::Duration since_boot() const override { return {300'000'000 + passed_us}; }
  std::atomic<std::int64_t> passed_us = 0;
  std::atomic<std::int64_t> wall_step_us = 0;  // by which the wall clock was set
};

}  // namespace holdfast::test
