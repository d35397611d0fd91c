#include "migrations/import/rooms_csv.h"

#include "engine/arguments.h"
#include "engine/limits.h"
#include "migrations/import/csv.h"
#include "migrations/import/loose_time.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;

namespace {

storage::Result<std::optional<BookingRow>> rooms_row(std::vector<std::string> fields) {
  BookingRow row;
  row.unit = TRY(unit_label("room number", fields[0]));
  TRY(engine::check_text("type", fields[1], engine::kMaxNameBytes));
  if (fields[1].empty()) return error(Code::kBadValue, "no type");
  row.type = std::move(fields[1]);
  if (!fields[2].empty()) row.holder = TRY(holder_name("occupant", fields[2]));
  if (fields[3].empty()) {
    if (row.holder.empty()) return std::nullopt;
    return error(Code::kBadValue, "an occupant without a check-in date");
  }
  row.check_in = TRY(parse_loose_date(fields[3], '-'));
  return std::optional(std::move(row));
}

}  // namespace

Parsed<BookingRow> parse_rooms_csv(std::string_view text) {
  return parse_csv(text, {.header = "room number",
                          .least = 4,
                          .most = 4,
                          .columns = "room number,type,occupant,check-in date",
                          .row = rooms_row});
}

}  // namespace holdfast::migrations
