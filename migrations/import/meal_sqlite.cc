#include "migrations/import/meal_sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string_view>

#include "migrations/import/loose_time.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;
using storage::Result;

namespace {

// Beyond it a text is no date and no time; SQLite reads no further.
constexpr int kMaxTextBytes = 1 << 20;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct CloseStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

// The only place where SQLite's codes become a Status.
std::unexpected<storage::Status> failed(sqlite3* database, int code) {
  const bool io = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_NOMEM;
  return error(io ? Code::kIo : Code::kUsage,
               database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

// A file: URI; what has a meaning in one is escaped.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char letter : path) {
    if (letter == '%' || letter == '?' || letter == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(letter));
    } else {
      uri += letter;
    }
  }
  return uri + "?immutable=1";
}

// Immutable reading looks at no journal: what a crash left half written would be believed.
Result<void> require_at_rest(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return error(Code::kUsage, "no such file");
  if (!std::filesystem::is_regular_file(path, failure)) {
    return error(Code::kUsage, "is no regular file");
  }
  for (const std::string_view ending : {"-journal", "-wal"}) {
    const std::string beside = path + std::string(ending);
    if (std::filesystem::exists(beside, failure) &&
        std::filesystem::file_size(beside, failure) > 0) {
      return error(Code::kUsage,
                   fmt::format("{} stands beside it: stop the server that writes it, and if that "
                               "crashed let sqlite3 open it once",
                               beside));
    }
  }
  return {};
}

Result<Database> open_database(const std::string& path) {
  TRY(require_at_rest(path));
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(uri_of(path).c_str(), &opened,
                      SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_PRIVATECACHE, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return failed(opened, code);
  // The file is somebody else's: nothing its schema names is run.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, kMaxTextBytes);
  return database;
}

Result<Statement> prepare(sqlite3* database, const char* text) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database, text, -1, &statement, nullptr);
  if (code != SQLITE_OK) return failed(database, code);
  return Statement(statement);
}

// Whether there was another row. kLimit: one with a text that is not read.
Result<bool> step(sqlite3* database, const Statement& statement) {
  const int code = sqlite3_step(statement.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  if (code == SQLITE_TOOBIG) {
    return error(Code::kLimit, fmt::format("has a text of more than {} bytes", kMaxTextBytes));
  }
  return failed(database, code);
}

// A view, or a table that a module computes, could run for ever.
Result<void> require_table(sqlite3* database) {
  const auto statement = TRY(prepare(database,
                                     "SELECT 1 FROM sqlite_schema WHERE name = 'reservations' AND "
                                     "type = 'table' AND rootpage > 0"));
  const bool found = TRY(step(database, statement));
  if (found) return {};
  return error(Code::kUsage, "has no table named reservations");
}

Result<std::string_view> text_column(sqlite3_stmt* statement, int column, std::string_view name) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string_view(text,
                              static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_NULL:
      return error(Code::kBadValue, fmt::format("{} is NULL", name));
    default:
      return error(Code::kBadValue, fmt::format("{} is no text", name));
  }
}

// What is stored under `rowid`. kBadValue or kLimit: the row is rubbish; any other error is the
// file's. `statement` selects the three columns of one rowid.
Result<MealRow> read_row(sqlite3* database, const Statement& statement, std::int64_t rowid) {
  sqlite3_reset(statement.get());
  sqlite3_bind_int64(statement.get(), 1, rowid);
  const bool found = TRY(step(database, statement));
  if (!found) return error(Code::kBadValue, "cannot be found by its number");
  const auto date = TRY(text_column(statement.get(), 0, "date"));
  const auto start = TRY(text_column(statement.get(), 1, "start_time"));
  const auto end = TRY(text_column(statement.get(), 2, "end_time"));
  MealRow row{.line = rowid};
  row.day = TRY(parse_loose_date(date, '.'));
  row.from = TRY(parse_loose_time(start));
  row.to = TRY(parse_loose_time(end));
  if (row.to <= row.from) return error(Code::kBadValue, "does not end after it starts");
  return row;
}

}  // namespace

Result<Parsed<MealRow>> read_meal_database(const std::string& path) {
  const auto database = TRY(open_database(path));
  TRY(require_table(database.get()));
  // Row by row: reading ends at a text that is too long, and the others are still to be read.
  const auto rowids = TRY(prepare(database.get(), "SELECT rowid FROM reservations ORDER BY rowid"));
  const auto columns = TRY(prepare(
      database.get(), "SELECT date, start_time, end_time FROM reservations WHERE rowid = ?"));
  Parsed<MealRow> parsed;
  while (TRY(step(database.get(), rowids))) {
    if (parsed.rows.size() + parsed.rejected.size() == kMaxMealRows) {
      return error(Code::kUsage, fmt::format("has more than {} rows", kMaxMealRows));
    }
    const std::int64_t rowid = sqlite3_column_int64(rowids.get(), 0);
    const auto row = read_row(database.get(), columns, rowid);
    if (row) {
      parsed.rows.push_back(*row);
    } else if (row.error().code() == Code::kBadValue || row.error().code() == Code::kLimit) {
      parsed.rejected.push_back({rowid, row.error().message()});
    } else {
      return std::unexpected(row.error());
    }
  }
  return parsed;
}

}  // namespace holdfast::migrations
