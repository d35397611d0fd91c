#include "cmd/bench/bench_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cmd/option_values.h"

namespace holdfast::cmd {
namespace {

struct Percentile {
  std::string_view name;
  std::uint64_t share;  // of ten thousand
};
constexpr std::array kPercentiles = std::to_array<Percentile>({
    {"p50", 5000},
    {"p90", 9000},
    {"p99", 9900},
    {"p99.9", 9990},
    {"p99.99", 9999},
});

double milliseconds(Duration duration) {
  return static_cast<double>(duration.us) / 1000;
}

std::string headed(std::string_view name, std::string_view text) {
  return fmt::format("{:<10}{}\n", name, text);
}

std::string latency_text(const LatencyHistogram& latency) {
  std::string text =
      headed("latency",
             fmt::format("mean {:.3f} ms, least {:.3f}, most {:.3f}", milliseconds(latency.mean()),
                         milliseconds(latency.least()), milliseconds(latency.most())));
  std::vector<std::string> all;
  all.reserve(kPercentiles.size());
  for (const auto& [name, share] : kPercentiles) {
    all.push_back(fmt::format("{} {:.3f}", name, milliseconds(latency.quantile(share))));
  }
  return text + headed("", fmt::format("{}", fmt::join(all, ", ")));
}

std::string load_text(const BenchOptions& options) {
  std::string text = fmt::format("{} clients, pipeline {}", options.clients, options.pipeline);
  if (options.rate > 0) text += fmt::format(", {} requests a second", options.rate);
  return text;
}

}  // namespace

std::string bench_text(const BenchOptions& options, const Measured& measured) {
  std::string text = headed("workload", options.workload);
  text += headed("load", load_text(options));
  text += headed("time", fmt::format("{:.2f} s", milliseconds(measured.took) / 1000));
  text += headed("done", fmt::format("{}, {:.0f} a second", measured.done, measured.per_second()));
  if (measured.told > 0) text += headed("told", fmt::format("{} changes", measured.told));
  for (const auto& [code, count] : measured.refused) {
    text += headed("refused", fmt::format("{} {}", count, code));
  }
  if (measured.latency.count() > 0) text += latency_text(measured.latency);
  if (measured.left_out > 0) {
    text += headed("left out",
                   fmt::format("{} requests of the rate: no client was free", measured.left_out));
  }
  if (!measured.ended.empty()) text += headed("ended", measured.ended);
  text += headed("generator", fmt::format("{:.0f} % of a core", measured.own_load * 100));
  return text;
}

std::string bench_json(const BenchOptions& options, const Measured& measured) {
  nlohmann::ordered_json latency = {{"mean", measured.latency.mean().us},
                                    {"least", measured.latency.least().us}};
  for (const auto& [name, share] : kPercentiles) {
    latency[std::string(name)] = measured.latency.quantile(share).us;
  }
  latency["most"] = measured.latency.most().us;
  const nlohmann::ordered_json result = {
      {"workload", options.workload}, {"clients", options.clients},
      {"pipeline", options.pipeline}, {"rate", options.rate},
      {"units", options.units},       {"time_us", measured.took.us},
      {"done", measured.done},        {"per_second", measured.per_second()},
      {"told", measured.told},        {"refused", measured.refused},
      {"latency_us", latency},        {"left_out", measured.left_out},
      {"ended", measured.ended},      {"generator_cores", measured.own_load}};
  return result.dump() + "\n";
}

}  // namespace holdfast::cmd
