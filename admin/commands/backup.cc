#include "admin/commands/backup.h"

#include <fmt/format.h>

#include <chrono>
#include <span>
#include <thread>
#include <utility>

#include "admin/command_table.h"
#include "admin/past.h"
#include "admin/reply_json.h"
#include "admin/shell.h"
#include "storage/backup.h"
#include "storage/backup_follower.h"
#include "storage/backup_rotation.h"
#include "storage/clock.h"
#include "storage/digest.h"
#include "storage/followed_copy.h"
#include "storage/restore.h"
#include "storage/staged_directory.h"

namespace holdfast::admin {

namespace {

Json view_of(const std::string& backup, const storage::BackupManifest& manifest) {
  std::uint64_t bytes = 0;
  for (const auto& file : manifest.files) bytes += file.sum.bytes;
  return {{"backup", backup},
          {"uuid", fmt::format("{:02x}", fmt::join(manifest.identity.uuid, ""))},
          {"history", fmt::format("{:x}", manifest.identity.history_id)},
          {"schema_version", manifest.schema_version},
          {"from_seq", manifest.applied.value},
          {"last_seq", manifest.last.value},
          {"last_time", storage::format_utc(manifest.last_time, true)},
          {"taken", storage::format_utc(manifest.taken)},
          {"base_digest", storage::format_digest(manifest.digest)},
          {"bytes", bytes}};
}

}  // namespace

namespace {

// With --keep the word names the directory of all backups, and old ones go once there is a new one.
Result<void> rotate(Context& context, const std::string& directory, std::uint64_t keep,
                    const storage::BackupManifest& manifest) {
  const auto removed = TRY(storage::keep_newest_backups(directory, manifest.identity.uuid,
                                                        static_cast<std::size_t>(keep)));
  for (const std::string& path : removed) context.output.remark(fmt::format("removed {}", path));
  return {};
}

}  // namespace

namespace {

// Once a second, until it is told to end. A person at a terminal sees how far it is.
Result<Outcome> follow(Context& context, const std::string& copy) {
  const std::string source = TRY(context.target.directory());
  auto follower =
      TRY(storage::BackupFollower::open(source, copy, store_kind(context), progress_of(context)));
  storage::Seq last;
  while (!context.interrupted()) {
    last = TRY(follower.follow());
    context.output.progress("following, at seq", last.value, 0);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (!context.interrupted() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  context.output.record({{"copy", copy}, {"last_seq", last.value}});
  return Outcome::kDone;
}

}  // namespace

namespace {

// What the server has told somebody is in the backup, also where it is read from the directory.
Result<storage::Seq> acknowledged(Context& context) {
  if (!context.target.online()) return storage::Seq{};
  const auto durable = TRY(context.target.info("durable_seq"));
  if (!durable) return storage::Seq{};
  return storage::Seq{TRY(read_number("durable_seq", *durable))};
}

}  // namespace

Result<Outcome> run_backup(Context& context, const Arguments& arguments) {
  if (arguments.has("--follow")) {
    if (arguments.has("--keep")) return error(Code::kUsage, "--keep does not go with --follow");
    return follow(context, arguments.word(0));
  }
  const auto keep_text = arguments.value("--keep");
  const std::uint64_t keep = keep_text ? TRY(read_number("--keep", *keep_text, 1, 10'000)) : 0;
  std::string destination = arguments.word(0);
  if (keep > 0) {
    destination = TRY(storage::rotated_backup_path(destination, storage::system_clock().wall()));
  }
  const auto readable = context.target.directory();
  if (!readable && context.target.online()) {
    // Where the server's directory is not ours to read the server does it, to a path of its own.
    show_reply(context.output, reply_json(TRY(context.target.ask({"BACKUP", destination}))));
    return Outcome::kDone;
  }
  const std::string source = TRY(context.target.directory());
  const storage::Seq at_least = TRY(acknowledged(context));
  const auto manifest = TRY(storage::take_backup({.source = source,
                                                  .destination = destination,
                                                  .kind = store_kind(context),
                                                  .at_least = at_least,
                                                  .progress = progress_of(context)}));
  context.output.record(view_of(destination, manifest));
  if (keep > 0) TRY(rotate(context, arguments.word(0), keep, manifest));
  return Outcome::kDone;
}

Result<Outcome> run_backup_verify(Context& context, const Arguments& arguments) {
  if (storage::is_followed_copy(arguments.word(0))) {
    const auto last =
        TRY(storage::verify_followed(arguments.word(0), store_kind(context), progress_of(context)));
    context.output.record({{"backup", arguments.word(0)}, {"last_seq", last.value}});
    return Outcome::kDone;
  }
  const auto manifest =
      storage::verify_backup(arguments.word(0), store_kind(context), progress_of(context));
  if (manifest) {
    context.output.record(view_of(arguments.word(0), *manifest));
    return Outcome::kDone;
  }
  if (manifest.error().code() != Code::kCorruption) return std::unexpected(manifest.error());
  context.output.table({"backup", "finding"});
  context.output.row({{"backup", arguments.word(0)}, {"finding", manifest.error().message()}});
  return Outcome::kFindings;
}

Result<Outcome> run_restore(Context& context, const Arguments& arguments) {
  const auto into = arguments.value("--into");
  if (!into) return error(Code::kUsage, "restore needs --into and the name of a new directory");
  const auto to = arguments.value("--to");
  storage::RestoreOptions options{.backup = arguments.word(0),
                                  .store = arguments.value("--journal").value_or(""),
                                  .into = *into,
                                  .kind = store_kind(context),
                                  .progress = progress_of(context)};
  if (to) options.to = TRY(read_point(*to));
  const auto made = storage::restore(options);
  if (!made) tell_of_lost_keys(context, options, made.error());
  const auto done = TRY(made);
  context.output.record({{"directory", *into},
                         {"last_seq", done.last.value},
                         {"last_time", storage::format_utc(done.last_time, true)},
                         {"replayed", done.last.value - done.base.value},
                         {"history", fmt::format("{:x}", done.identity.history_id)},
                         {"new_history", done.new_history}});
  if (done.new_history && !to && options.store.empty()) {
    context.output.remark(
        "a new history: the store may have gone on after this backup, only its journal (--journal) "
        "can show that it did not");
  }
  return Outcome::kDone;
}

namespace {

// A command that only looks, and can look at a directory.
Result<void> check_looks(std::span<const std::string> words) {
  const Match match = find_command(words);
  if (match.command == nullptr) {
    return error(Code::kUsage, fmt::format("unknown command \"{}\"", words[0]));
  }
  const bool looks =
      match.command->effect == Effect::kReads &&
      (match.command->needs == Needs::kTarget || match.command->needs == Needs::kDirectory) &&
      match.command->run != run_asof && match.command->run != run_backup;
  if (looks) return {};
  return error(Code::kUsage,
               fmt::format("{} does not look at a store: nothing of the past can answer it",
                           match.command->name));
}

}  // namespace

// The store is made again as it was, in the data directory, where there is room for its like, and
// the command looks at that; it goes with the end of this function, whatever happens.
Result<Outcome> run_asof(Context& context, const Arguments& arguments) {
  const auto words = std::span(arguments.words()).subspan(1);
  TRY(check_looks(words));
  const storage::RestorePoint point = TRY(read_point(arguments.word(0)));
  const std::string store = TRY(context.target.directory());
  const auto named = arguments.value("--backup");
  const storage::StagedDirectory scratch = TRY(storage::StagedDirectory::make(store + "/asof"));
  TRY(storage::restore_within(scratch.path(), {.backup = named ? *named : find_backup(store, point),
                                               .store = store,
                                               .to = point,
                                               .kind = store_kind(context),
                                               .progress = progress_of(context)}));
  Target past = TRY(Target::open(
      {.directory = scratch.path(), .schema_version = context.target.options().schema_version}));
  Shell shell(past, context.output, {.yes = false, .interrupted = context.interrupted});
  return shell.run(words);
}

}  // namespace holdfast::admin
