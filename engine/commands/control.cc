#include "engine/commands/control.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <string>
#include <utility>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/configuration.h"
#include "engine/deadlines.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "engine/slow_log.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

struct NoWords {};

Result<NoWords> parse_no_words(Arguments&) {
  return NoWords{};
}

// ---- DRAIN, RESUME, CHECKPOINT, SHUTDOWN ----

template <bool stopped>
Result<Outcome> run_sales(Context& context, const NoWords&) {
  const bool already = context.engine.sales_stopped() == stopped;
  context.engine.stop_sales(stopped);
  Record record;
  record.add("sales", stopped ? "stopped" : "open");
  if (already) record.add("already", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

Result<Outcome> run_checkpoint(Context& context, const NoWords&) {
  const Seq wanted = context.engine.store().last_seq();
  context.engine.checkpoint(context.session.id, wanted);
  return Pending{};
}

Result<Outcome> run_shut_down(Context& context, const NoWords&) {
  context.engine.shut_down();
  return Reply::ok();
}

// ---- CLOCK ----

Record clock_record(const Engine& engine, Time now) {
  const Time wall = engine.clock().wall();
  Record record;
  record.add("wall", storage::format_utc(wall, true))
      .add("time", storage::format_utc(now, true))
      .add("difference_us", wall.us - now.us)
      .add("alarm", std::int64_t{engine.clock().alarmed()});
  return record;
}

Result<Outcome> run_show_clock(Context& context, const NoWords&) {
  return Reply{.value = clock_record(context.engine, context.now)};
}

Result<Outcome> run_accept_clock(Context& context, const NoWords&) {
  const storage::CommandClock& clock = context.engine.clock();
  const Duration step = clock.pending_step();  // none without an alarm
  const std::string seconds = fmt::format("{}", step.us / 1'000'000);
  if (step < Duration{}) {
    return std::unexpected(Status(Code::kState,
                                  "the wall clock is behind, and the time of commands never goes "
                                  "back: it runs on until the wall clock has come up to it")
                               .with("step", seconds));
  }
  std::size_t moved = 0;
  if (step > Duration{}) {
    moved = TRY(move_deadlines(context, step));
    TRY(context.txn.put(kMeta, kClockAccepted, Key().time(context.now).view()));
  }
  context.after_commit.emplace_back([&engine = context.engine](Seq) { engine.accept_clock(); });
  Record record;
  record.add("step", seconds).add("holds", static_cast<std::int64_t>(moved));
  if (step == Duration{}) record.add("already", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

// ---- CONFIG ----

Result<Configuration*> configuration(Context& context) {
  Configuration* const found = context.engine.configuration();
  if (found != nullptr) return found;
  return error(Code::kState, "this program has no configuration");
}

Result<std::string> parse_pattern(Arguments& arguments) {
  return std::string(arguments.positional(0));
}

Result<Outcome> run_config_get(Context& context, const std::string& pattern) {
  const Configuration* const options = TRY(configuration(context));
  List rows;
  for (const auto& setting : options->settings()) {
    if (::fnmatch(pattern.c_str(), setting.name.c_str(), 0) != 0) continue;
    Record row;
    row.add("name", setting.name);
    row.add("value", setting.value);
    row.add("settable", std::int64_t{setting.settable});
    rows.emplace_back(std::move(row));
  }
  return Reply{.value = std::move(rows)};
}

struct SetParams {
  std::string_view name;
  std::string_view value;
};

Result<SetParams> parse_set(Arguments& arguments) {
  return SetParams{arguments.positional(0), arguments.positional(1)};
}

Result<Outcome> run_config_set(Context& context, const SetParams& params) {
  Configuration* const options = TRY(configuration(context));
  TRY(options->set(params.name, params.value));
  Record record;
  record.add("name", params.name).add("value", params.value);
  record.add("persisted", std::int64_t{0});  // the next start reads the file
  return Reply{.value = std::move(record)};
}

// ---- SLOWLOG ----

Result<std::size_t> parse_count(Arguments& arguments) {
  constexpr std::int64_t kMost = SlowLog::kKept;
  const auto n = TRY(arguments.number("n", 1, kMost));
  return static_cast<std::size_t>(n.value_or(kMost));
}

Result<Outcome> run_slow_log(Context& context, const std::size_t& most) {
  List rows;
  for (const SlowCommand& slow : context.engine.slow_log().commands()) {
    if (rows.size() == most) break;
    Record row;
    row.add("number", static_cast<std::int64_t>(slow.number));
    row.add("time", storage::format_utc(slow.time, true));
    row.add("us", static_cast<std::int64_t>(slow.us));
    row.add("connection", static_cast<std::int64_t>(slow.session.value));
    row.add("address", std::string_view(slow.address));
    const std::string account = TRY(account_name(context.txn, slow.account));
    if (!account.empty()) row.add("account", account);
    row.add("command", fmt::format("{}", fmt::join(slow.words, " ")));
    rows.emplace_back(std::move(row));
  }
  return Reply{.value = std::move(rows)};
}

Result<Outcome> run_slow_log_length(Context& context, const NoWords&) {
  return Reply{.value = static_cast<std::int64_t>(context.engine.slow_log().commands().size())};
}

Result<Outcome> run_slow_log_reset(Context& context, const NoWords&) {
  context.engine.slow_log().clear();
  return Reply::ok();
}

}  // namespace

Result<Outcome> drain_sales(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_sales<true>>(context, arguments);
}
Result<Outcome> resume_sales(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_sales<false>>(context, arguments);
}
Result<Outcome> checkpoint(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_checkpoint>(context, arguments);
}
Result<Outcome> shut_down(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_shut_down>(context, arguments);
}
Result<Outcome> show_clock(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_show_clock>(context, arguments);
}
Result<Outcome> accept_clock(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_accept_clock>(context, arguments);
}
Result<Outcome> config_get(Context& context, Arguments& arguments) {
  return handle<parse_pattern, run_config_get>(context, arguments);
}
Result<Outcome> config_set(Context& context, Arguments& arguments) {
  return handle<parse_set, run_config_set>(context, arguments);
}
Result<Outcome> slow_log(Context& context, Arguments& arguments) {
  return handle<parse_count, run_slow_log>(context, arguments);
}
Result<Outcome> slow_log_length(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_slow_log_length>(context, arguments);
}
Result<Outcome> slow_log_reset(Context& context, Arguments& arguments) {
  return handle<parse_no_words, run_slow_log_reset>(context, arguments);
}

}  // namespace holdfast::engine
