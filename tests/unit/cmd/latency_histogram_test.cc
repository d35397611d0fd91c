#include "cmd/bench/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace holdfast::cmd {
namespace {

TEST(LatencyHistogram, OfNothingIsZero) {
  const LatencyHistogram latency;
  EXPECT_EQ(latency.count(), 0U);
  EXPECT_EQ(latency.mean().us, 0);
  EXPECT_EQ(latency.quantile(9900).us, 0);
}

TEST(LatencyHistogram, IsExactBelowTwoMilliseconds) {
  LatencyHistogram latency;
  for (std::int64_t us = 1; us <= 1000; ++us) latency.record({us});
  EXPECT_EQ(latency.count(), 1000U);
  EXPECT_EQ(latency.mean().us, 500);
  EXPECT_EQ(latency.least().us, 1);
  EXPECT_EQ(latency.quantile(5000).us, 500);
  EXPECT_EQ(latency.quantile(9990).us, 999);
  EXPECT_EQ(latency.quantile(10'000).us, 1000);
  EXPECT_EQ(latency.most().us, 1000);
}

// Beside the values themselves, from a microsecond to an hour.
TEST(LatencyHistogram, IsNeverAThousandthOff) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(0, 9.5);
  LatencyHistogram latency;
  std::vector<std::int64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<std::int64_t>(std::pow(10, exponent(random))));
    latency.record({values.back()});
  }
  std::ranges::sort(values);
  for (const std::uint64_t share :
       {1UL, 100UL, 2500UL, 5000UL, 9000UL, 9900UL, 9990UL, 9999UL, 10'000UL}) {
    const std::int64_t exact = values[(values.size() / 10'000 * share) - 1];
    const std::int64_t told = latency.quantile(share).us;
    EXPECT_GE(told, exact) << share;
    EXPECT_LE(static_cast<double>(told), static_cast<double>(exact) * 1.001) << share;
  }
}

TEST(LatencyHistogram, TakesAClockThatWentBackForNoTime) {
  LatencyHistogram latency;
  latency.record({-5});
  EXPECT_EQ(latency.most().us, 0);
  EXPECT_EQ(latency.quantile(10'000).us, 0);
}

}  // namespace
}  // namespace holdfast::cmd
