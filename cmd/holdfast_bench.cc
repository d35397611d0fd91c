// holdfast-bench: the load generator.

#include <fmt/format.h>

#include <cstdio>

#include "cmd/bench/bench.h"
#include "cmd/bench/bench_report.h"
#include "cmd/bench_options.h"
#include "cmd/program.h"

namespace holdfast::cmd {
namespace {

Outcome bench(const BenchOptions& options) {
  const auto done = run_bench(options, [&](const Measured& measured) {
    fmt::print("{}", options.json ? bench_json(options, measured) : bench_text(options, measured));
    std::fflush(stdout);
  });
  if (done) return Outcome::kDone;
  fmt::print(stderr, "holdfast-bench: {}\n", done.error().message());
  switch (done.error().code()) {
    case Code::kUsage:
    case Code::kConfig:
      return Outcome::kUsage;
    case Code::kState:
      return Outcome::kRefused;
    default:
      return Outcome::kNoConnection;
  }
}

}  // namespace
}  // namespace holdfast::cmd

int main(int argc, char** argv) {
  using namespace holdfast::cmd;
  return run_program("holdfast-bench", load_bench_options({argv + 1, argv + argc}), bench_help,
                     static_cast<int>(Outcome::kUsage), bench);
}
