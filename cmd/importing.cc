#include "cmd/importing.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <span>
#include <string_view>

#include "migrations/import/importer.h"

namespace holdfast::cmd {
namespace {

using migrations::Importer;
using migrations::SourceData;
using migrations::SourceReport;
using storage::Code;
using storage::error;

migrations::ImportOptions import_options(const DaemonOptions& options) {
  migrations::ImportOptions import;
  import.offerings = {.bus = options.bus_offering,
                      .hotel = options.hotel_offering,
                      .meal = options.meal_offering,
                      .rooms = options.rooms_offering};
  import.progress = [](std::string_view line) { fmt::print(stderr, "{}\n", line); };
  return import;
}

// At once, so that in a pipe too it stands before what the log says next.
void say(std::string_view text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

// What will be done, and every line that will not be taken.
void print_plan(const SourceData& data, const SourceReport& report) {
  std::string text =
      fmt::format("{}: {} to add, {} there already, {} not taken\n", data.source.name(),
                  report.added, report.present, report.rejected.size());
  for (const auto& rejected : report.rejected) {
    text += fmt::format("  {} {}: {}\n", migrations::line_word(data.source.kind), rejected.line,
                        rejected.reason);
  }
  say(text);
}

Result<void> import_one(Importer& importer, const SourceData& data) {
  const auto plan = TRY(importer.rehearse(std::span(&data, 1)));
  print_plan(data, plan.front());
  if (plan.front().added == 0) {
    say(fmt::format("{}: nothing to do\n", data.source.name()));
    return {};
  }
  auto done = importer.import(data);
  if (!done) return std::unexpected(std::move(done.error()).prefixed(data.source.name()));
  say(fmt::format("{}: {} added\n", data.source.name(), done->added));
  return {};
}

}  // namespace

Result<std::vector<SourceData>> read_imports(const DaemonOptions& options) {
  std::vector<SourceData> sources;
  for (const auto& text : options.imports) {
    const auto source = TRY(migrations::parse_source(text));
    sources.push_back(TRY(migrations::read_source(source)));
  }
  if (!options.dry_run) return sources;
  const bool there = std::filesystem::exists(options.data);
  if (!there && !options.demo) {
    return error(Code::kDirectory, fmt::format("{}: no data directory, and --dry-run makes none; "
                                               "with --demo it is tried over the demo inventory",
                                               options.data));
  }
  if (there && options.demo) {
    return error(Code::kUsage, fmt::format("--dry-run with --demo is for a data directory that is "
                                           "not there yet, and {} is: leave out --demo",
                                           options.data));
  }
  return sources;
}

Result<void> run_imports(engine::Engine& engine, const std::vector<SourceData>& sources,
                         const DaemonOptions& options) {
  Importer importer(engine, import_options(options));
  if (!options.dry_run) {
    TRY(importer.require_offerings(sources));
    for (const auto& data : sources) TRY(import_one(importer, data));
    return {};
  }
  const auto plans = TRY(importer.rehearse(sources));
  for (std::size_t i = 0; i < sources.size(); ++i) print_plan(sources[i], plans[i]);
  say("dry run: nothing was changed\n");
  return {};
}

}  // namespace holdfast::cmd
