#include "admin/past.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <variant>

#include "engine/tables.h"
#include "storage/backup_register.h"
#include "storage/clock.h"
#include "storage/person_keys.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

using storage::RestorePoint;
using storage::Seq;
using storage::Time;

Result<RestorePoint> read_point(std::string_view text) {
  const bool number = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  if (!number) return RestorePoint(TRY(storage::parse_utc(text)));
  return RestorePoint(Seq{TRY(read_number("seq", text))});
}

storage::StoreKind store_kind(const Context& context) {
  return {.tables = engine::table_specs(),
          .schema_version = context.target.options().schema_version};
}

storage::ReportProgress progress_of(Context& context) {
  return [&context](const storage::Progress& progress) {
    context.output.progress(progress.stage, progress.done, progress.total);
    return !context.interrupted();
  };
}

std::string find_backup(const std::string& store, const RestorePoint& point) {
  for (const auto& backup : storage::registered_backups(storage::real_file_system(), store)) {
    const auto manifest = storage::read_manifest(backup.path);
    if (!manifest) continue;  // moved away since
    const Seq* seq = std::get_if<Seq>(&point);
    const Time* time = std::get_if<Time>(&point);
    if (seq != nullptr && *seq < manifest->applied) continue;
    if (time != nullptr && *time < manifest->base_time) continue;
    return backup.path;
  }
  return {};
}

void tell_of_lost_keys(Context& context, const storage::RestoreOptions& options,
                       const Status& failure) {
  if (!storage::PersonKeys::are_lost(failure)) return;
  std::string backup =
      options.backup.empty() ? find_backup(options.store, RestorePoint()) : options.backup;
  if (backup.empty()) backup = "BACKUP";
  context.output.remark(
      fmt::format("restore {} --into DIR, without --journal, goes on with the keys that the backup "
                  "has: what was booked after it is lost then",
                  backup));
}

namespace {

Result<bool> is_backup_of_now(Context& context, const std::string& store,
                              const std::string& backup) {
  const bool there = TRY(storage::real_file_system().exists(storage::manifest_path(backup)));
  if (!there) return false;
  const auto manifest = TRY(storage::verify_backup(backup, store_kind(context)));
  const auto now = TRY(
      storage::ReadOnlyStore::open({.directory = store,
                                    .tables = engine::table_specs(),
                                    .schema_version = context.target.options().schema_version}));
  return manifest.identity.uuid == now->identity().uuid &&
         manifest.identity.history_id == now->identity().history_id &&
         manifest.last == now->last_seq() && manifest.schema_version == now->schema_version();
}

}  // namespace

Result<void> back_up_before(Context& context, const std::string& store, const std::string& backup) {
  const bool done = TRY(is_backup_of_now(context, store, backup));
  if (done) {
    context.output.remark(fmt::format("{} is a backup of this state already", backup));
    return {};
  }
  TRY(storage::take_backup({.source = store,
                            .destination = backup,
                            .kind = store_kind(context),
                            .progress = progress_of(context)}));
  return {};
}

}  // namespace holdfast::admin
