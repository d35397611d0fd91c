#include "admin/commands/look.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "admin/row_key.h"
#include "admin/row_view.h"
#include "engine/accounts.h"
#include "engine/tables.h"
#include "storage/digest.h"
#include "storage/journal_segment.h"
#include "storage/long_read.h"

namespace holdfast::admin {

namespace {

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
              {"uuid", fmt::format("{:02x}", fmt::join(store->identity().uuid, ""))},
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

namespace {

struct TableSize {
  std::uint64_t rows = 0;
  std::uint64_t key_bytes = 0;
  std::uint64_t value_bytes = 0;
  std::size_t longest_value = 0;
  std::string first;
  std::string last;
};

Result<TableSize> measure(storage::Transaction& transaction, const storage::TableSpec& table) {
  TableSize size;
  const auto cursor = TRY(transaction.scan(table.id));
  for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
    if (size.rows++ == 0) size.first = cursor->key();
    size.key_bytes += cursor->key().size();
    size.value_bytes += cursor->value().size();
    size.longest_value = std::max(size.longest_value, cursor->value().size());
    size.last = cursor->key();
  }
  return size;
}

}  // namespace

Result<Outcome> run_tables(Context& context, const Arguments&) {
  const auto store = TRY(context.target.read());
  storage::LongRead read(*store);
  context.output.table({"table", "rows", "bytes", "derived"});
  for (const storage::TableSpec& table : engine::table_specs()) {
    const TableSize size = TRY(measure(read, table));
    context.output.row({{"table", table.name},
                        {"rows", size.rows},
                        {"bytes", size.key_bytes + size.value_bytes},
                        {"derived", table.derived}});
  }
  return Outcome::kDone;
}

Result<Outcome> run_stat(Context& context, const Arguments& arguments) {
  const storage::TableSpec table = TRY(find_table(arguments.word(0)));
  const auto store = TRY(context.target.read());
  const auto transaction = store->begin();
  const TableSize size = TRY(measure(*transaction, table));
  Json record = {{"table", table.name},
                 {"number", table.id.value},
                 {"derived", table.derived},
                 {"rows", size.rows},
                 {"key_bytes", size.key_bytes},
                 {"value_bytes", size.value_bytes},
                 {"longest_value", size.longest_value}};
  if (size.rows > 0) {
    record["first"] = format_key(table.id, size.first);
    record["last"] = format_key(table.id, size.last);
  }
  context.output.record(record);
  return Outcome::kDone;
}

Result<Outcome> run_ls(Context& context, const Arguments& arguments) {
  const storage::TableSpec table = TRY(find_table(arguments.word(0)));
  const std::string prefix = TRY(parse_key(table.id, arguments.word(1)));
  const auto limit = arguments.value("-n");
  const std::uint64_t most = limit ? TRY(read_number("-n", *limit, 1)) : UINT64_MAX;
  const auto store = TRY(context.target.read());
  storage::LongRead read(*store);
  const auto cursor = TRY(read.scan(table.id));
  context.output.table(field_names(table.id));
  std::uint64_t shown = 0;
  for (bool on = TRY(cursor->seek(prefix)); on && cursor->key().starts_with(prefix);
       on = TRY(cursor->next())) {
    if (shown++ == most) {
      context.output.remark(fmt::format("the first {} of them; -n shows more", most));
      break;
    }
    if (context.interrupted()) return error(Code::kIo, "stopped");
    context.output.row(row_view(table.id, cursor->key(), cursor->value()));
  }
  return Outcome::kDone;
}

Result<Outcome> run_get(Context& context, const Arguments& arguments) {
  const storage::TableSpec table = TRY(find_table(arguments.word(0)));
  const std::string key = TRY(parse_key(table.id, arguments.word(1)));
  const auto store = TRY(context.target.read());
  const auto transaction = store->begin();
  const auto value = TRY(transaction->get(table.id, key));
  if (!value) {
    return error(Code::kNotFound,
                 fmt::format("no row \"{}\" in {}", arguments.word(1), table.name));
  }
  if (arguments.has("--hex")) {
    context.output.record({{"key", hexadecimal(key)}, {"value", hexadecimal(*value)}});
  } else {
    context.output.record(row_view(table.id, key, *value));
  }
  return Outcome::kDone;
}

Result<Outcome> run_account(Context& context, const Arguments& arguments) {
  const auto store = TRY(context.target.read());
  const auto transaction = store->begin();
  const auto account = TRY(engine::find_account(*transaction, arguments.word(0)));
  if (!account) {
    return error(Code::kNotFound, fmt::format("no account \"{}\"", arguments.word(0)));
  }
  const std::string key(engine::Key().u32(account->id.value).view());
  Json view = row_view(engine::kAccounts, key, storage::encode(account->row));
  view.erase("password_hash");  // nobody needs to see it, and screens are looked at
  context.output.record(view);
  context.output.table(field_names(engine::kReservations));
  const auto cursor = TRY(transaction->scan(engine::kByAccount));
  for (bool on = TRY(cursor->seek(key)); on && cursor->key().starts_with(key);
       on = TRY(cursor->next())) {
    const std::string_view reservation = cursor->key().substr(key.size());
    const auto row = TRY(transaction->get(engine::kReservations, reservation));
    if (row) context.output.row(row_view(engine::kReservations, reservation, *row));
  }
  return Outcome::kDone;
}

}  // namespace holdfast::admin
