// What holdfast-bench, the load generator, can be told on its command line.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cmd/option_table.h"

namespace holdfast::cmd {

struct BenchOptions {
  bool help = false;
  bool version = false;

  std::string host;
  std::int64_t port = 0;
  std::string socket;  // the admin socket

  std::int64_t clients = 0;
  std::int64_t pipeline = 0;
  std::int64_t requests = 0;  // 0: as many as there is time for
  Duration time;              // 0: as long as the requests take
  std::int64_t rate = 0;      // a second; 0: as fast as replies come
  std::int64_t units = 0;     // of an offering

  bool json = false;

  std::string workload;
};

// The table, bound to `into`: rows point into it and must not outlive it.
std::vector<Option> bench_options(BenchOptions& into);

// Options may stand before and behind the workload. Error kUsage.
Result<BenchOptions> load_bench_options(const std::vector<std::string>& arguments);

std::string bench_help();

}  // namespace holdfast::cmd
