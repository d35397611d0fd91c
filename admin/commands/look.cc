#include "admin/commands/look.h"

#include <fmt/format.h>

#include <filesystem>

#include "engine/tables.h"
#include "storage/digest.h"
#include "storage/journal_segment.h"

namespace holdfast::admin {

namespace {

std::string hexadecimal(std::span<const std::uint8_t> bytes) {
  return fmt::format("{:02x}", fmt::join(bytes, ""));
}

std::uint64_t file_bytes(const std::string& path) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(path, failure);
  return failure ? 0 : static_cast<std::uint64_t>(bytes);
}

Result<Json> directory_status(Context& context) {
  const std::string path = TRY(context.target.directory());
  const auto store = TRY(context.target.read());
  const auto segments = TRY(storage::list_segments(storage::real_file_system(), path + "/journal",
                                                   store->identity().uuid));
  std::uint64_t journal_bytes = 0;
  for (const auto& segment : segments) journal_bytes += segment.bytes;
  return Json{{"mode", context.target.mode()},
              {"version", HOLDFAST_VERSION},
              {"directory", path},
              {"uuid", hexadecimal(store->identity().uuid)},
              {"history", fmt::format("{:x}", store->identity().history_id)},
              {"epoch", store->identity().epoch},
              {"schema_version", store->schema_version()},
              {"last_seq", store->last_seq().value},
              {"applied_seq", store->applied_seq().value},
              {"last_time", storage::format_utc(store->last_time(), true)},
              {"digest", storage::format_digest(TRY(store->digest()))},
              {"base_bytes", file_bytes(path + "/base/data.mdb")},
              {"journal_bytes", journal_bytes},
              {"journal_segments", segments.size()},
              {"person_key_bytes", file_bytes(path + "/person-keys")}};
}

// "# store\r\nlast_seq:88213\r\n" as one object.
Json server_status(std::string_view text) {
  Json status = {{"mode", "online"}};
  while (!text.empty()) {
    const auto end = std::min(text.find("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    if (line.starts_with("# commands")) break;  // a line for each command: that is what top shows
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    status[std::string(line.substr(0, colon))] = line.substr(colon + 1);
  }
  return status;
}

}  // namespace

Result<Outcome> run_status(Context& context, const Arguments&) {
  if (context.target.online()) {
    const auto reply = TRY(context.target.ask({"INFO"}));
    context.output.record(server_status(reply.text));
  } else {
    context.output.record(TRY(directory_status(context)));
  }
  return Outcome::kDone;
}

Result<Outcome> run_tables(Context& context, const Arguments&) {
  const auto store = TRY(context.target.read());
  const auto transaction = store->begin();
  context.output.table({"table", "rows", "bytes", "derived"});
  for (const storage::TableSpec& table : engine::table_specs()) {
    const auto cursor = TRY(transaction->scan(table.id));
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
      ++rows;
      bytes += cursor->key().size() + cursor->value().size();
    }
    context.output.row(
        {{"table", table.name}, {"rows", rows}, {"bytes", bytes}, {"derived", table.derived}});
  }
  return Outcome::kDone;
}

}  // namespace holdfast::admin
