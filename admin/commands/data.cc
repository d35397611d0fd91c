#include "admin/commands/data.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "admin/past.h"
#include "admin/row_view.h"
#include "engine/tables.h"
#include "storage/backup.h"
#include "storage/local_store.h"
#include "storage/long_read.h"

namespace holdfast::admin {

namespace {

constexpr std::uint64_t kTellEvery = 4096;  // rows

// RFC 4180: quoted when it must be, a quote written twice.
std::string csv_field(const Json& value) {
  std::string text = value.is_null()     ? std::string()
                     : value.is_string() ? value.get<std::string>()
                                         : json_text(value);
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_line(const std::vector<std::string>& fields) {
  return fmt::format("{}\r\n", fmt::join(fields, ","));
}

// The rows of `table` whose keys begin with `prefix`.
Result<std::vector<Json>> rows_below(storage::Transaction& transaction, storage::TableId table,
                                     std::string_view prefix) {
  std::vector<Json> rows;
  const auto cursor = TRY(transaction.scan(table));
  for (bool on = TRY(cursor->seek(prefix)); on && cursor->key().starts_with(prefix);
       on = TRY(cursor->next())) {
    rows.push_back(row_view(table, cursor->key(), cursor->value()));
  }
  return rows;
}

// A reservation is a whole: its items, its history and its party come with it.
Result<Json> reservation_view(storage::Transaction& transaction, std::string_view key,
                              std::string_view value) {
  Json view = row_view(engine::kReservations, key, value);
  view["item_rows"] = TRY(rows_below(transaction, engine::kItems, key));
  view["history_rows"] = TRY(rows_below(transaction, engine::kHistory, key));
  const auto row = storage::decode<engine::ReservationRow>(value);
  if (!row || row->party == 0) return view;
  const engine::Key person = engine::Key().u64(row->party);
  const auto party = TRY(transaction.get(engine::kParties, person.view()));
  if (party) view["party_row"] = row_view(engine::kParties, person.view(), *party);
  return view;
}

class Exporting {
 public:
  Exporting(Context& context, const storage::TableSpec& table, bool csv)
      : context_(context), table_(table), csv_(csv), names_(field_names(table.id)) {}

  void begin() {
    if (csv_) context_.output.text(csv_line(names_));
  }
  Result<void> row(storage::Transaction& transaction, std::string_view key,
                   std::string_view value) {
    if (csv_) {
      const Json view = row_view(table_.id, key, value);
      std::vector<std::string> fields;
      fields.reserve(names_.size());
      for (const std::string& name : names_) {
        fields.push_back(csv_field(view.contains(name) ? view[name] : Json()));
      }
      context_.output.text(csv_line(fields));
    } else {
      Json view = {{"table", table_.name}};
      view.update(table_.id == engine::kReservations
                      ? TRY(reservation_view(transaction, key, value))
                      : row_view(table_.id, key, value));
      context_.output.line(view);
    }
    if (++rows_ % kTellEvery == 0) context_.output.progress("rows exported", rows_, 0);
    if (context_.interrupted()) return error(Code::kBusy, "stopped");
    return {};
  }

 private:
  Context& context_;
  const storage::TableSpec& table_;
  const bool csv_;
  const std::vector<std::string> names_;
  std::uint64_t rows_ = 0;
};

}  // namespace

Result<Outcome> run_export(Context& context, const Arguments& arguments) {
  if (arguments.has("--csv") && arguments.has("--jsonl")) {
    return error(Code::kUsage, "--csv does not go with --jsonl");
  }
  const storage::TableSpec table = TRY(find_table(arguments.word(0)));
  const auto store = TRY(context.target.read());
  storage::LongRead read(*store);
  Exporting exporting(context, table, arguments.has("--csv"));
  exporting.begin();
  const auto cursor = TRY(read.scan(table.id));
  for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
    const std::string key(cursor->key());  // copies: what belongs to a row is read beside it
    const std::string value(cursor->value());
    TRY(exporting.row(read, key, value));
  }
  return Outcome::kDone;
}

// ---- schemas ------------------------------------------------------------------------------------

Result<Outcome> run_migrate_status(Context& context, const Arguments&) {
  const auto store = TRY(context.target.read());
  context.output.table({"schema", "name", "is"});
  for (const KnownSchema& schema : context.target.options().migrating.schemas) {
    const bool due = schema.version > store->schema_version();
    const bool current = schema.version == store->schema_version();
    context.output.row({{"schema", schema.version},
                        {"name", schema.name},
                        {"is", due       ? "to come"
                               : current ? "the store's"
                                         : "done"}});
  }
  return Outcome::kDone;
}

// The daemon does the same when it starts; here there is a backup first.
Result<Outcome> run_migrate_run(Context& context, const Arguments&) {
  const std::string directory = TRY(context.target.directory());
  const TargetOptions& options = context.target.options();
  std::uint32_t before = 0;
  {
    const auto store = TRY(context.target.read());
    before = store->schema_version();
  }
  if (before == options.schema_version) {
    context.output.remark(fmt::format("the store has schema {}, there is none to come", before));
    return Outcome::kDone;
  }
  const std::string backup = fmt::format("{}.before-schema-{}", directory, options.schema_version);
  if (!context.go_ahead(fmt::format("back up to {} and carry the store from schema {} up to {}",
                                    backup, before, options.schema_version))) {
    return Outcome::kDone;
  }
  TRY(back_up_before(context, directory, backup));
  storage::LocalStoreOptions opening;
  opening.directory = directory;
  opening.tables = engine::table_specs();
  opening.schema_version = options.schema_version;
  const auto store = TRY(storage::LocalStore::open(opening));
  const auto carried = options.migrating.carry_up(*store);
  const auto closed = store->close();
  TRY(carried);
  TRY(closed);
  context.output.record({{"from", before}, {"to", options.schema_version}, {"backup", backup}});
  return Outcome::kDone;
}

}  // namespace holdfast::admin
