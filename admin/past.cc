#include "admin/past.h"

#include <algorithm>
#include <cctype>
#include <variant>

#include "engine/tables.h"
#include "storage/backup_register.h"
#include "storage/clock.h"

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

}  // namespace holdfast::admin
