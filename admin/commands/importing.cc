#include "admin/commands/importing.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "admin/offline_engine.h"
#include "admin/past.h"
#include "admin/row_import.h"
#include "admin/writing_engine.h"
#include "storage/clock.h"

namespace holdfast::admin {

namespace {

LegacyImporting::Offerings named_offerings(const Arguments& arguments) {
  LegacyImporting::Offerings offerings;
  for (const std::string_view name : {"bus", "hotel", "meal", "rooms"}) {
    const auto value = arguments.value(fmt::format("--{}", name));
    if (value) offerings.emplace(name, *value);
  }
  return offerings;
}

void show_reports(Output& output, const std::vector<LegacyReport>& reports) {
  output.table({"source", "to_add", "there_already", "not_taken"});
  for (const LegacyReport& report : reports) {
    output.row({{"source", report.source},
                {"to_add", report.added},
                {"there_already", report.present},
                {"not_taken", report.rejected.size()}});
  }
  const bool all_taken = std::ranges::all_of(
      reports, [](const LegacyReport& report) { return report.rejected.empty(); });
  if (all_taken) return;
  output.table({"source", "where", "not_taken_because"});
  for (const LegacyReport& report : reports) {
    for (const auto& [where, reason] : report.rejected) {
      output.row({{"source", report.source}, {"where", where}, {"not_taken_because", reason}});
    }
  }
}

std::size_t added(const std::vector<LegacyReport>& reports) {
  std::size_t rows = 0;
  for (const LegacyReport& report : reports) rows += report.added;
  return rows;
}

// Over the store as it is, of which nothing is changed.
Result<std::vector<LegacyReport>> rehearse(Context& context, const LegacyData& data) {
  auto store = TRY(context.target.read());
  const auto offline = TRY(OfflineEngine::open(std::move(store), &storage::system_clock()));
  return data.rehearse(offline->engine());
}

}  // namespace

Result<Outcome> run_import_legacy(Context& context, const Arguments& arguments) {
  const std::string directory = TRY(context.target.directory());
  const LegacyData data = TRY(context.target.options().importing.read(
      arguments.words(), named_offerings(arguments),
      [&](std::string_view line) { context.output.progress(line, 0, 0); }));
  const auto planned = TRY(rehearse(context, data));
  show_reports(context.output, planned);
  if (added(planned) == 0) {
    context.output.remark("nothing to do");
    return Outcome::kDone;
  }
  if (!context.go_ahead(fmt::format("import {} accounts and reservations", added(planned)))) {
    return Outcome::kDone;
  }
  const auto writing =
      TRY(WritingEngine::open(directory, store_kind(context), WritingEngine::Now::kWallClock));
  const auto imported = data.import(writing->engine());
  const storage::Seq last =
      TRY(writing->close(imported ? Result<void>() : std::unexpected(Status(imported.error()))));
  context.output.record({{"added", added(*imported)}, {"last_seq", last.value}});
  return Outcome::kDone;
}

namespace {

void show_import(Output& output, const RowImport& import) {
  output.table({"table", "to_add", "there_already"});
  for (const auto& [name, count] : import.tables) {
    output.row({{"table", name}, {"to_add", count.added}, {"there_already", count.present}});
  }
  if (import.refused.empty()) return;
  output.table({"refused_because"});
  for (const std::string& reason : import.refused) output.row({{"refused_because", reason}});
}

}  // namespace

Result<Outcome> run_import(Context& context, const Arguments& arguments) {
  const std::string directory = TRY(context.target.directory());
  const auto rows = TRY(read_rows(arguments.words()));
  const RowImport import = TRY(plan_import(directory, store_kind(context), rows));
  show_import(context.output, import);
  if (!import.refused.empty()) return Outcome::kFindings;
  if (import.empty()) {
    context.output.remark("nothing to do");
    return Outcome::kDone;
  }
  const std::size_t added = import.plan.steps.size() - import.following;
  if (!context.go_ahead(fmt::format("put these {} rows, and {} that follow from them, in one "
                                    "command",
                                    added, import.following))) {
    return Outcome::kDone;
  }
  const storage::Seq last = TRY(apply_import(directory, store_kind(context), import));
  context.output.record(
      {{"added", added}, {"following", import.following}, {"last_seq", last.value}});
  return Outcome::kDone;
}

}  // namespace holdfast::admin
