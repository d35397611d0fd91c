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

admin::LegacyReport told(const SourceData& data, const SourceReport& report) {
  admin::LegacyReport told{
      .source = data.source.name(), .added = report.added, .present = report.present};
  for (const auto& rejected : report.rejected) {
    told.rejected.push_back(
        {fmt::format("{} {}", migrations::line_word(data.source.kind), rejected.line),
         rejected.reason});
  }
  return told;
}

Result<std::vector<SourceData>> read_sources(const std::vector<std::string>& names) {
  std::vector<SourceData> sources;
  for (const auto& text : names) {
    const auto source = TRY(migrations::parse_source(text));
    sources.push_back(TRY(migrations::read_source(source)));
  }
  return sources;
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
  auto sources = TRY(read_sources(options.imports));
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

namespace {

using Reports = std::vector<admin::LegacyReport>;

migrations::ImportOptions import_options(const admin::LegacyImporting::Offerings& named,
                                         std::function<void(std::string_view)> progress) {
  migrations::ImportOptions import;
  const auto take = [&](const char* name, std::string& into) {
    if (const auto found = named.find(name); found != named.end()) into = found->second;
  };
  take("bus", import.offerings.bus);
  take("hotel", import.offerings.hotel);
  take("meal", import.offerings.meal);
  take("rooms", import.offerings.rooms);
  import.progress = std::move(progress);
  return import;
}

Result<Reports> rehearse_all(engine::Engine& engine, const std::vector<SourceData>& sources,
                             const migrations::ImportOptions& options) {
  const auto plans = TRY(Importer(engine, options).rehearse(sources));
  Reports reports;
  for (std::size_t i = 0; i < sources.size(); ++i) reports.push_back(told(sources[i], plans[i]));
  return reports;
}

Result<Reports> import_all(engine::Engine& engine, const std::vector<SourceData>& sources,
                           const migrations::ImportOptions& options) {
  Importer importer(engine, options);
  TRY(importer.require_offerings(sources));
  Reports reports;
  for (const auto& data : sources) {
    // A source of which all is there makes no commit.
    const auto plan = TRY(importer.rehearse(std::span(&data, 1)));
    if (plan.front().added == 0) continue;
    auto done = importer.import(data);
    if (!done) return std::unexpected(std::move(done.error()).prefixed(data.source.name()));
    reports.push_back(told(data, *done));
  }
  return reports;
}

}  // namespace

admin::LegacyImporting legacy_importing() {
  admin::LegacyImporting importing;
  importing.read = [](const std::vector<std::string>& names,
                      const admin::LegacyImporting::Offerings& offerings,
                      std::function<void(std::string_view)> progress) -> Result<admin::LegacyData> {
    const auto options = import_options(offerings, std::move(progress));
    const auto sources = TRY(read_sources(names));
    return admin::LegacyData{
        .rehearse = [=](engine::Engine& engine) { return rehearse_all(engine, sources, options); },
        .import = [=](engine::Engine& engine) { return import_all(engine, sources, options); }};
  };
  return importing;
}

}  // namespace holdfast::cmd
