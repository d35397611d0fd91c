// LatencyHistogram: how long things took, in few bytes however many there were.
//
// Buckets as in HdrHistogram (Gil Tene, hdrhistogram.org): exact below 2,048 us, above it 1,024
// buckets for each doubling, so that a value read back is at most 0.1 % above one recorded.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "storage/clock.h"

namespace holdfast::cmd {

class LatencyHistogram {
 public:
  // Below nothing counts as nothing.
  void record(storage::Duration latency);

  std::uint64_t count() const { return count_; }
  storage::Duration mean() const;  // 0 of none
  storage::Duration least() const { return least_; }
  storage::Duration most() const { return most_; }
  // The least value that so many of ten thousand do not exceed, as 9990 for p99.9: the highest of
  // its bucket, and never above most(). 0 of none. REQUIRES: 0 < share <= 10,000.
  storage::Duration quantile(std::uint64_t share) const;

 private:
  std::vector<std::uint64_t> buckets_;  // up to the highest that was needed
  std::uint64_t count_ = 0;
  std::int64_t sum_us_ = 0;
  storage::Duration least_{0};
  storage::Duration most_{0};
};

}  // namespace holdfast::cmd
