#include "engine/daily.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/calendar.h"
#include "storage/log.h"

namespace holdfast::engine {

DailyCommand roll_daily(std::string_view offering) {
  const std::string name(offering);
  return {.offering = name, .words = {"OFFERING", "ROLL", name}};
}

DailyCommand purge_daily(std::string_view offering) {
  const std::string name(offering);
  return {.offering = name, .words = {"OFFERING", "PURGE", name}};
}

Daily::Daily(std::vector<DailyCommand> commands) {
  for (DailyCommand& command : commands) {
    entries_.push_back({.command = std::move(command), .due = {}, .done = {}, .complaint = {}});
  }
}

void Daily::run_due(storage::Store& store, Catalog& catalog, Time now, const Run& run) {
  for (Entry& entry : entries_) {
    if (now < entry.due) continue;
    const auto advanced = advance(entry, store, catalog, now, run);
    if (advanced) {
      entry.complaint.clear();
      continue;
    }
    entry.due = now + kAgain;
    std::string complaint = advanced.error().to_string();
    if (complaint == entry.complaint) continue;
    storage::log_error("daily_failed",
                       {{"command", fmt::format("{}", fmt::join(entry.command.words, " "))},
                        {"reason", complaint}});
    entry.complaint = std::move(complaint);
  }
}

Result<void> Daily::advance(Entry& entry, storage::Store& store, Catalog& catalog, Time now,
                            const Run& run) {
  const auto offering = TRY(catalog.offering(*store.begin(), entry.command.offering));
  const std::string& zone = offering->row.zone;
  const std::int32_t today = TRY(local_day(now, zone));
  if (entry.done != today) {
    if (!TRY(run(entry.command.words))) return {};
    entry.done = today;
  }
  entry.due = TRY(day_begin(today + 1, zone));
  return {};
}

std::optional<Time> Daily::next() const {
  const auto first = std::ranges::min_element(entries_, {}, &Entry::due);
  if (first == entries_.end()) return std::nullopt;
  return first->due;
}

}  // namespace holdfast::engine
