// Measured: what came of a load.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "cmd/bench/latency_histogram.h"
#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::cmd {

struct Measured {
  storage::Duration took{0};                     // from the first request to the last reply
  std::uint64_t done = 0;                        // requests that were not refused
  std::map<std::string, std::uint64_t> refused;  // by the code of the error
  LatencyHistogram latency;                      // of what was done
  std::uint64_t left_out = 0;                    // requests of the rate that were never made
  std::uint64_t told = 0;                        // changes that watchers were told
  // Why it ended otherwise than it was meant to: interrupted, sold out. Empty: as it was meant to.
  std::string ended;
  std::optional<storage::Status> failure;  // what ended it, if a connection did
  double own_load = 0;                     // how much of a core the generator took

  double per_second() const {
    return took.us > 0 ? static_cast<double>(done) * 1e6 / static_cast<double>(took.us) : 0;
  }
};

}  // namespace holdfast::cmd
