#include "engine/commands/operations.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/changes.h"
#include "engine/choice.h"
#include "engine/command_table.h"
#include "engine/engine.h"
#include "engine/maintenance.h"
#include "engine/occupancy_counts.h"
#include "engine/payments.h"
#include "engine/slow_log.h"
#include "engine/words.h"

namespace holdfast::engine {

namespace {

// ---- INFO ----

// "# store\r\nlast_seq:88213\r\n": the text form that tools of Redis read.
class Text {
 public:
  void section(std::string_view name) {
    if (!text_.empty()) text_ += "\r\n";
    fmt::format_to(std::back_inserter(text_), "# {}\r\n", name);
  }
  template <typename Figure>
  void line(std::string_view name, const Figure& figure) {
    fmt::format_to(std::back_inserter(text_), "{}:{}\r\n", name, figure);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string_view space_word(storage::Space space) {
  switch (space) {
    case storage::Space::kAmple:
      return "ample";
    case storage::Space::kLow:
      return "low";
    case storage::Space::kExhausted:
      return "exhausted";
  }
  return "unknown";
}

void show_server(Context& context, Text& text) {
  const Engine& engine = context.engine;
  text.line("version", HOLDFAST_VERSION);
  text.line("process_id", ::getpid());
  text.line("time", storage::format_utc(context.now));
  text.line("started", storage::format_utc(engine.started()));
  text.line("uptime_seconds", (context.now - engine.started()).us / 1'000'000);
  text.line("draining", engine.draining() ? 1 : 0);
  text.line("sales_stopped", engine.sales_stopped() ? 1 : 0);
  text.line("slow_commands", context.engine.slow_log().commands().size());
  const Maintenance* maintenance = engine.maintenance();
  const auto running = maintenance == nullptr ? std::nullopt : maintenance->progress();
  text.line("maintenance", running ? running->work : "none");
  text.line("maintenance_stage", running ? running->stage : "");
  text.line("clock_alarm", engine.clock_alarmed() ? 1 : 0);
}

void show_store(Context& context, Text& text) {
  const storage::Store& store = context.engine.store();
  const storage::Identity identity = store.identity();
  const storage::StoreStats stats = store.stats();
  std::string uuid;
  for (const std::uint8_t byte : identity.uuid) {
    fmt::format_to(std::back_inserter(uuid), "{:02x}", byte);
  }
  text.line("uuid", uuid);
  // Who is told this may read it from another directory than ours.
  text.line("directory", std::filesystem::absolute(store.place()).string());
  text.line("schema_version", stats.schema_version);
  text.line("history", fmt::format("{:x}", identity.history_id));
  text.line("epoch", identity.epoch);
  text.line("last_seq", stats.last_seq.value);
  text.line("durable_seq", stats.durable_seq.value);
  text.line("applied_seq", stats.applied_seq.value);
  text.line("oldest_kept_seq", stats.oldest_kept.value);
  // Of the base, which is as of applied_seq.
  text.line("base_digest", fmt::format("{:016x}{:016x}", stats.digest[0], stats.digest[1]));
  text.line("last_time", storage::format_utc(stats.last_time, true));
  text.line("journal_bytes", stats.journal_bytes);
  text.line("journal_segments", stats.journal_segments);
  text.line("journal_segments_for_backups", stats.journal_segments_for_backups);
  text.line("journal_syncs", stats.journal_syncs);
  text.line("journal_waiting_bytes", stats.journal_waiting_bytes);
  text.line("base_bytes", stats.base_bytes);
  text.line("memtable_bytes", stats.memtable_bytes);
  text.line("flushes", stats.flushes);
  text.line("last_flush_us", stats.last_flush_us);
  text.line("readers", stats.readers);
  text.line("free_bytes", stats.free_bytes);
  text.line("space", space_word(store.space()));
  text.line("accepts_writes", store.accepts_writes() ? 1 : 0);
}

void show_engine(Context& context, Text& text) {
  text.line("choice_sets", context.choice.sets());
  text.line("choice_bytes", context.choice.bytes());
  text.line("kept_changes", context.changes.kept());
  text.line("watched_offerings", context.changes.watched_offerings());
  text.line("payments_waiting", context.payments.waiting());
  text.line("passwords_waiting", context.accounts.waiting());
}

void show_clients(Context& context, Text& text) {
  Sessions& sessions = context.engine.sessions();
  std::size_t logged_in = 0;
  std::size_t watching = 0;
  sessions.for_each([&](const Session& session) {
    logged_in += session.account ? 1 : 0;
    watching += session.watched.empty() ? 0 : 1;
  });
  text.line("sessions", sessions.count());
  text.line("sessions_opened", sessions.opened());
  text.line("logged_in", logged_in);
  text.line("watching", watching);
}

// "hold", "plan|create"
std::string stats_name(const CommandSpec& spec) {
  std::string name = lower(spec.name);
  std::ranges::replace(name, ' ', '|');
  return name;
}

void show_commands(Context& context, Text& text) {
  for (const CommandSpec& spec : command_table()) {
    const CommandStats& stats = context.engine.stats(spec);
    if (stats.calls == 0) continue;
    text.line(fmt::format("cmdstat_{}", stats_name(spec)),
              fmt::format("calls={},errors={},usec={},usec_per_call={:.2f},worst_usec={}",
                          stats.calls, stats.errors, stats.total_us,
                          static_cast<double>(stats.total_us) / static_cast<double>(stats.calls),
                          stats.worst_us));
  }
}

// "latency_hold:50=12,100=40,...,inf=52": calls within so many microseconds, each with those
// before.
void show_latency(Context& context, Text& text) {
  for (const CommandSpec& spec : command_table()) {
    const CommandStats& stats = context.engine.stats(spec);
    if (stats.calls == 0) continue;
    std::string line;
    std::uint64_t within = 0;
    for (std::size_t i = 0; i < stats.within.size(); ++i) {
      within += stats.within[i];
      line += fmt::format("{}={},", CommandStats::kBoundsUs[i], within);
    }
    text.line(fmt::format("latency_{}", stats_name(spec)),
              fmt::format("{}inf={}", line, stats.calls));
  }
}

void show_errors(Context& context, Text& text) {
  // Several codes have one word.
  std::map<std::string_view, std::uint64_t> by_word;
  const auto& errors = context.engine.figures().errors;
  for (std::size_t code = 0; code < errors.size(); ++code) {
    if (errors[code] > 0) by_word[wire_word(static_cast<Code>(code))] += errors[code];
  }
  for (const auto& [word, count] : by_word) text.line(fmt::format("error_{}", word), count);
}

void show_sales(Context& context, Text& text) {
  const EngineFigures& figures = context.engine.figures();
  for (std::size_t state = 0; state < figures.units.size(); ++state) {
    text.line(fmt::format("units_{}", word(static_cast<UnitState>(state))), figures.units[state]);
  }
  text.line("holds_expired", figures.expired);
}

std::string counts(const OccupancyCounts::Counts& counts) {
  std::string line;
  for (const UnitState state : {UnitState::kHeld, UnitState::kBooked, UnitState::kBlocked}) {
    line += fmt::format("{}{}={}", line.empty() ? "" : ",", word(state),
                        counts[static_cast<std::size_t>(state)]);
  }
  return line;
}

// "occupied_of_gala:held=2,booked=40,blocked=0": of the youngest offerings, for old ones are over.
// Nothing until all that was there at the start has been read.
void show_occupancy(Context& context, Text& text) {
  constexpr std::size_t kMostOfferings = 50;
  const OccupancyCounts& occupancy = context.engine.occupancy();
  if (!occupancy.known()) return;
  const auto& by_offering = occupancy.by_offering();
  text.line("occupied", counts(occupancy.all()));
  text.line("occupied_offerings", by_offering.size());
  std::size_t left = kMostOfferings;
  for (auto at = by_offering.rbegin(); at != by_offering.rend() && left > 0; ++at, --left) {
    const auto offering = context.catalog.offering(context.txn, OfferingId{at->first});
    if (!offering) continue;  // damaged: its own commands tell
    text.line(fmt::format("occupied_of_{}", (*offering)->row.name), counts(at->second));
  }
}

struct Section {
  std::string_view name;
  void (*show)(Context&, Text&);
};
constexpr std::array<Section, 9> kInfoSections{{
    {"server", show_server},
    {"store", show_store},
    {"engine", show_engine},
    {"clients", show_clients},
    {"commands", show_commands},
    {"latency", show_latency},
    {"errors", show_errors},
    {"sales", show_sales},
    {"occupancy", show_occupancy},
}};

// Empty for all sections.
Result<std::string_view> parse_info(Arguments& arguments) {
  const auto wanted = arguments.text("section");
  if (!wanted || equal_words(*wanted, "all") || equal_words(*wanted, "everything") ||
      equal_words(*wanted, "default")) {
    return std::string_view();
  }
  for (const Section& section : kInfoSections) {
    if (equal_words(section.name, *wanted)) return section.name;
  }
  return error(Code::kBadValue, fmt::format("INFO has no section {}", quoted(*wanted)));
}

Result<Outcome> run_info(Context& context, const std::string_view& wanted) {
  Text text;
  for (const Section& section : kInfoSections) {
    if (!wanted.empty() && wanted != section.name) continue;
    text.section(section.name);
    section.show(context, text);
  }
  return Reply{.value = text.take()};
}

}  // namespace

Result<Outcome> info(Context& context, Arguments& arguments) {
  return handle<parse_info, run_info>(context, arguments);
}

}  // namespace holdfast::engine
