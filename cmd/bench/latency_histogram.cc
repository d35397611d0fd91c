#include "cmd/bench/latency_histogram.h"

#include <algorithm>
#include <bit>

#include "storage/check.h"

namespace holdfast::cmd {
namespace {

using storage::Duration;

constexpr int kExactBits = 11;  // values below 2^11 have a bucket each
constexpr std::size_t kHalf = std::size_t{1} << (kExactBits - 1);

std::size_t bucket_of(std::uint64_t us) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(us)) - kExactBits);
  return (static_cast<std::size_t>(shift) * kHalf) + static_cast<std::size_t>(us >> shift);
}

// The highest value of a bucket.
std::int64_t top_of(std::size_t bucket) {
  const std::size_t shift = bucket < 2 * kHalf ? 0 : (bucket / kHalf) - 1;
  const std::size_t within = bucket - (shift * kHalf);
  return static_cast<std::int64_t>(((within + 1) << shift) - 1);
}

}  // namespace

void LatencyHistogram::record(Duration latency) {
  const std::int64_t us = std::max<std::int64_t>(latency.us, 0);
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(us));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  least_ = count_ == 0 ? Duration{us} : std::min(least_, Duration{us});
  most_ = std::max(most_, Duration{us});
  sum_us_ += us;
  ++count_;
}

Duration LatencyHistogram::mean() const {
  return {count_ == 0 ? 0 : sum_us_ / static_cast<std::int64_t>(count_)};
}

Duration LatencyHistogram::quantile(std::uint64_t share) const {
  constexpr std::uint64_t kAll = 10'000;
  CHECK(share > 0 && share <= kAll, "share {}", share);
  if (count_ == 0) return {0};
  const std::uint64_t wanted = ((count_ * share) + kAll - 1) / kAll;
  std::uint64_t passed = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    passed += buckets_[bucket];
    if (passed >= wanted) return std::min(most_, Duration{top_of(bucket)});
  }
  return most_;
}

}  // namespace holdfast::cmd
