#include "cmd/bench_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {
namespace {

constexpr Duration kUsualTime = Duration::seconds(10);

std::string workload_names() {
  std::vector<std::string_view> names;
  for (const WorkloadKind& kind : workload_kinds()) names.push_back(kind.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::vector<Option> bench_options(BenchOptions& into) {
  return {
      {.section = "Server",
       .flag = "host",
       .letter = 'h',
       .value = "HOST",
       .target = &into.host,
       .preset = "127.0.0.1",
       .summary = "host to put the load on"},
      {.section = "Server",
       .flag = "port",
       .letter = 'p',
       .value = "PORT",
       .target = &into.port,
       .preset = "4653",
       .least = 1,
       .most = 65535,
       .summary = "port of the native protocol"},
      {.section = "Server",
       .flag = "socket",
       .value = "PATH",
       .target = &into.socket,
       .summary = "the server's admin socket, over which the stock is made"},
      {.section = "Load",
       .flag = "clients",
       .letter = 'c',
       .value = "NUMBER",
       .target = &into.clients,
       .preset = "50",
       .least = 1,
       .most = 60'000,
       .summary = "connections that ask; with watch_fanout those that watch"},
      {.section = "Load",
       .flag = "pipeline",
       .letter = 'P',
       .value = "NUMBER",
       .target = &into.pipeline,
       .preset = "1",
       .least = 1,
       .most = 1000,
       .summary = "requests that each connection may have under way"},
      {.section = "Load",
       .flag = "requests",
       .letter = 'n',
       .value = "NUMBER",
       .target = &into.requests,
       .preset = "0",
       .most = 1'000'000'000'000,
       .summary = "ask so often; 0: until the time is over"},
      {.section = "Load",
       .flag = "time",
       .letter = 't',
       .value = "DURATION",
       .target = &into.time,
       .preset = "0",
       .most = std::int64_t{7} * 86'400 * 1'000'000,
       .summary =
           "ask no more after this time, as 30s; 0: until the requests are made, or 10s when "
           "neither is given"},
      {.section = "Load",
       .flag = "rate",
       .value = "NUMBER",
       .target = &into.rate,
       .preset = "0",
       .most = 10'000'000,
       .summary = "start so many requests a second, as long as a client is free, and count "
                  "latency from when each was to start; 0: ask again when answered"},
      {.section = "Load",
       .flag = "units",
       .value = "NUMBER",
       .target = &into.units,
       .preset = "1000000",
       .least = 2,
       .most = 4'000'000,
       .summary = "units of each offering, of which there are sixteen or, with rush and "
                  "watch_fanout, one"},
      {.section = "Output",
       .flag = "json",
       .target = &into.json,
       .summary = "print the result as one line of JSON"},
      {.section = "General",
       .flag = "help",
       .target = &into.help,
       .summary = "show this help and exit"},
      {.section = "General",
       .flag = "version",
       .target = &into.version,
       .summary = "show the version and exit"},
  };
}

Result<BenchOptions> load_bench_options(const std::vector<std::string>& arguments) {
  BenchOptions options;
  const auto table = bench_options(options);
  set_defaults(table);
  // The first word that is no option; then all that are, from both of its sides.
  const auto words = TRY(read_command_line(table, arguments, Positional::kRest));
  if (!words.empty()) {
    options.workload = words.front();
    auto others = arguments;
    others.erase(others.end() - static_cast<std::ptrdiff_t>(words.size()));
    set_defaults(table);
    TRY(read_command_line(table, others, Positional::kNone));
  }
  if (options.help || options.version) return options;
  if (options.workload.empty()) {
    return error(Code::kUsage, fmt::format("which workload? There are {}", workload_names()));
  }
  if (find_workload(options.workload) == nullptr) {
    return error(Code::kUsage, fmt::format("there is no workload \"{}\"; there are {}",
                                           options.workload, workload_names()));
  }
  if (options.socket.empty()) {
    return error(Code::kUsage, "--socket is needed, the server's admin socket");
  }
  if (options.requests == 0 && options.time.us == 0) options.time = kUsualTime;
  return options;
}

std::string bench_help() {
  BenchOptions scratch;
  auto text = help_text("holdfast-bench --socket PATH [OPTION]... WORKLOAD",
                        "Puts a load on a Holdfast server and tells how fast it was answered.\n"
                        "It makes an account and offerings of its own, which stay in the store, "
                        "closed: use a server made for it.",
                        bench_options(scratch));
  text += "\nWorkloads:\n";
  for (const WorkloadKind& kind : workload_kinds()) {
    text += fmt::format("  {:<14}{}\n", kind.name, kind.summary);
  }
  return text;
}

}  // namespace holdfast::cmd
