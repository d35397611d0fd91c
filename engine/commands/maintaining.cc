#include "engine/commands/maintaining.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/maintenance.h"
#include "engine/words.h"

namespace holdfast::engine {

namespace {

Result<std::string> parse_backup(Arguments& arguments) {
  std::string path(*arguments.text("path"));
  // The server's directory is not the client's.
  if (!path.starts_with('/') || path.ends_with('/')) {
    return error(Code::kBadValue, fmt::format("{} is not the whole path of a new directory, like "
                                              "/var/lib/holdfast/backups/monday",
                                              quoted(path)));
  }
  return path;
}

Reply backup_reply(const std::string& path, const BackupDone& done) {
  Record record;
  record.add("backup", path)
      .add("seq", static_cast<std::int64_t>(done.last.value))
      .add("time", storage::format_utc(done.last_time, true))
      .add("bytes", static_cast<std::int64_t>(done.bytes));
  return {.value = std::move(record)};
}

Result<Maintenance*> maintenance_of(Engine& engine) {
  if (engine.maintenance() != nullptr) return engine.maintenance();
  return error(Code::kState, "this server does no maintenance");
}

Result<Outcome> run_backup(Context& context, const std::string& path) {
  Engine& engine = context.engine;
  Maintenance* const maintenance = TRY(maintenance_of(engine));
  TRY(maintenance->back_up(
      path, engine.store().last_seq(),
      [&engine, path, session = context.session.id](const Result<BackupDone>& done) {
        engine.post({.session = session,
                     .actor = {},
                     .words = {"BACKUP"},
                     .run = [path, done](Context&) -> Result<Reply> {
                       if (!done) return std::unexpected(done.error());
                       return backup_reply(path, *done);
                     }});
      }));
  return Pending{};
}

// Whether it is to be a full one.
Result<bool> parse_check(Arguments& arguments) {
  const auto depth = arguments.text("fast|full");
  return !depth || !equal_words(*depth, "fast");
}

Reply check_reply(const CheckDone& done) {
  List findings;
  for (const CheckFinding& finding : done.listed) {
    Record record;
    record.add("rule", finding.rule)
        .add("record", finding.record)
        .add("expected", finding.expected)
        .add("found", finding.found);
    findings.emplace_back(std::move(record));
  }
  Record record;
  record.add("findings", static_cast<std::int64_t>(done.findings))
      .add("rows", static_cast<std::int64_t>(done.rows))
      .add("seq", static_cast<std::int64_t>(done.last.value))
      .add("digest", done.digest);
  if (!findings.empty()) record.add("list", std::move(findings));
  return {.value = std::move(record), .layout = Layout::kExpanded};
}

Result<Outcome> run_check(Context& context, const bool& full) {
  Engine& engine = context.engine;
  Maintenance* const maintenance = TRY(maintenance_of(engine));
  TRY(maintenance->check(full, engine.store().last_seq(),
                         [&engine, session = context.session.id](const Result<CheckDone>& done) {
                           engine.post({.session = session,
                                        .actor = {},
                                        .words = {"CHECK"},
                                        .run = [done](Context&) -> Result<Reply> {
                                          if (!done) return std::unexpected(done.error());
                                          return check_reply(*done);
                                        }});
                         }));
  return Pending{};
}

}  // namespace

Result<Outcome> check(Context& context, Arguments& arguments) {
  return handle<parse_check, run_check>(context, arguments);
}

Result<Outcome> backup(Context& context, Arguments& arguments) {
  return handle<parse_backup, run_backup>(context, arguments);
}

}  // namespace holdfast::engine
