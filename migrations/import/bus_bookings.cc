#include "migrations/import/bus_bookings.h"

#include "migrations/import/csv.h"

namespace holdfast::migrations {

namespace {

storage::Result<std::optional<BookingRow>> bus_row(std::vector<std::string> fields) {
  BookingRow row;
  row.unit = TRY(unit_label("seat", fields[0]));
  row.holder = TRY(holder_name("holder", fields[1]));
  return std::optional(std::move(row));
}

}  // namespace

Parsed<BookingRow> parse_bus_bookings(std::string_view text) {
  return parse_csv(
      text, {.header = "seat", .least = 2, .most = 2, .columns = "seat,holder", .row = bus_row});
}

}  // namespace holdfast::migrations
