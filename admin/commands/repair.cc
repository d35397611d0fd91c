#include "admin/commands/repair.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

#include "admin/check.h"
#include "admin/past.h"
#include "admin/repair.h"
#include "storage/compaction.h"
#include "storage/file_system.h"
#include "storage/journal_reader.h"
#include "storage/person_keys.h"
#include "storage/restore.h"

namespace holdfast::admin {

namespace {

constexpr std::size_t kMostPlanBytes = 64u << 20;

Result<RepairPlan> read_plan(const std::string& path) {
  const auto file = TRY(storage::real_file_system().open(path, storage::OpenMode::kRead));
  const std::string text = TRY(file->read_at(0, kMostPlanBytes));
  auto plan = decode_plan(text);
  if (!plan) return std::unexpected(std::move(plan).error().prefixed(fmt::format("'{}'", path)));
  return plan;
}

std::string_view deed(Mend::Kind kind) {
  switch (kind) {
    case Mend::Kind::kPut:
      return "put a row";
    case Mend::Kind::kErase:
      return "erase a row";
    case Mend::Kind::kCancelItem:
      return "cancel an item";
    case Mend::Kind::kLiftBlock:
      return "lift a block";
  }
  return "";
}

void show_steps(Output& output, const RepairPlan& plan) {
  output.whole_table({"step", "does", "because"});
  for (const RepairStep& step : plan.steps) {
    const std::string_view does = deed(step.mend.kind);
    output.row({{"step", step.number}, {"does", does}, {"because", step.reason}});
  }
}

// What to do where no row can mend it, by the rule of the finding.
std::string_view way_on(std::string_view finding) {
  if (finding.starts_with("journal.")) {
    return "the base has all that this part of the journal tells: rebuild --own-base makes the "
           "store again with a journal that is whole";
  }
  if (finding.starts_with("person_keys.")) {
    return "the base has what it has of the person, the journal's part cannot be read any more: "
           "restore from a backup, without --journal, has the key of then, and not what was booked "
           "after it";
  }
  return "for other rows, rebuild makes the store again from a backup and the journal, which tell "
         "what they were";
}

void show_what_is_left(Output& output, const RepairPlan& plan) {
  std::set<std::string_view> ways;
  for (const std::string& finding : plan.left) {
    output.remark(fmt::format("not mended: {}", finding));
    ways.insert(way_on(finding));
  }
  for (const std::string_view way : ways) output.remark(way);
}

std::string conclusion(const RepairPlan& plan, const std::string& path) {
  if (!plan.steps.empty()) {
    return fmt::format("{} steps are in {}: read it, then repair --apply, the server being stopped",
                       plan.steps.size(), path);
  }
  return fmt::format("there is nothing {}; {} says for which state",
                     plan.left.empty() ? "to do" : "that a step could mend", path);
}

Result<Outcome> make_plan(Context& context, const std::string& path) {
  const std::string directory = TRY(context.target.directory());
  const RepairPlan plan = TRY(plan_repair(directory, store_kind(context)));
  TRY(write_plan(storage::real_file_system(), path, plan));
  show_steps(context.output, plan);
  show_what_is_left(context.output, plan);
  context.output.remark(conclusion(plan, path));
  return plan.steps.empty() && plan.left.empty() ? Outcome::kDone : Outcome::kFindings;
}

// Whether nothing is wrong any more.
Result<bool> check_again(Context& context, const std::string& directory) {
  const CheckReport report = TRY(check_store(
      directory, {.schema_version = context.target.options().schema_version},
      [&](const Finding& finding) {
        context.output.remark(fmt::format("still: {}: {}: expected {}, found {}", finding.rule,
                                          finding.record, finding.expected, finding.found));
      }));
  if (!report.domain_checked) {
    context.output.remark(
        "what the rows mean was not looked at again, for the storage is damaged: mend it, and "
        "check");
  }
  return report.findings == 0;
}

Result<Outcome> apply_plan(Context& context, const std::string& path,
                           const std::optional<std::string>& named) {
  const RepairPlan plan = TRY(read_plan(path));
  const std::string directory = TRY(context.target.directory());
  if (context.target.mode() != "offline") {
    return error(Code::kLocked, "repair --apply needs a stopped server");
  }
  show_steps(context.output, plan);
  const std::string before =
      named.value_or(fmt::format("{}.before-repair-{}", directory, plan.seq));
  if (!context.go_ahead(fmt::format("back up to {} and do these steps", before))) {
    return Outcome::kDone;
  }
  TRY(back_up_before(context, directory, before));
  const storage::Seq last = TRY(apply_repair(directory, store_kind(context), plan));
  const bool clean = TRY(check_again(context, directory));
  context.output.record({{"steps", plan.steps.size()},
                         {"last_seq", last.value},
                         {"backup", before},
                         {"clean", clean}});
  return clean ? Outcome::kDone : Outcome::kFindings;
}

// From a rebuild that failed.
void tell_the_way_on(Context& context, const storage::RestoreOptions& options,
                     const Status& failure) {
  tell_of_lost_keys(context, options, failure);
  const bool of_journal =
      failure.code() == Code::kCorruption && !storage::PersonKeys::are_lost(failure);
  if (!of_journal || options.own_base) return;
  context.output.remark(
      "where the journal is damaged and the base is not, rebuild --own-base begins with the base");
}

}  // namespace

Result<Outcome> run_repair(Context& context, const Arguments& arguments) {
  const auto plan = arguments.value("--plan");
  const auto apply = arguments.value("--apply");
  if (plan.has_value() == apply.has_value()) {
    return error(Code::kUsage, "repair takes either --plan FILE or --apply FILE");
  }
  return plan ? make_plan(context, *plan)
              : apply_plan(context, *apply, arguments.value("--backup"));
}

Result<Outcome> run_rebuild(Context& context, const Arguments& arguments) {
  const auto into = arguments.value("--into");
  if (!into) return error(Code::kUsage, "rebuild needs --into and the name of a new directory");
  const auto lose = arguments.value("--lose-after");
  storage::RestoreOptions options{.store = TRY(context.target.directory()),
                                  .into = *into,
                                  .kind = store_kind(context),
                                  .progress = progress_of(context)};
  if (lose) options.to = storage::Seq{TRY(read_number("--lose-after", *lose))};
  options.own_base = arguments.has("--own-base");
  if (options.own_base && arguments.has("--backup")) {
    return error(Code::kUsage, "rebuild begins either with --backup or with --own-base");
  }
  if (!options.own_base) {
    options.backup = arguments.value("--backup").value_or(find_backup(options.store, options.to));
  }
  if (lose) {
    // Loss is a fact of the new store's history, like any other.
    options.complete = [&](const std::string& made, const storage::RestoreReport& report) {
      return note_in_journal(made, store_kind(context),
                             {"REPAIR", "LOSE-AFTER", std::to_string(report.last.value)});
    };
  }
  const auto made = storage::restore(options);
  if (!made) tell_the_way_on(context, options, made.error());
  const auto done = TRY(made);
  context.output.record({{"directory", *into},
                         {"began_with", options.own_base         ? "the base of the store"
                                        : options.backup.empty() ? "the first record"
                                                                 : options.backup},
                         {"last_seq", done.last.value},
                         {"last_time", storage::format_utc(done.last_time, true)},
                         {"new_history", done.new_history}});
  return Outcome::kDone;
}

Result<Outcome> run_compact(Context& context, const Arguments&) {
  const std::string directory = TRY(context.target.directory());
  const auto sizes =
      TRY(storage::compact_base(directory, store_kind(context), progress_of(context)));
  context.output.record({{"bytes_before", sizes.before}, {"bytes_after", sizes.after}});
  return Outcome::kDone;
}

}  // namespace holdfast::admin
