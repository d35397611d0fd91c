#include "migrations/import/hotel_rooms.h"

#include "migrations/import/csv.h"
#include "migrations/import/loose_time.h"

namespace holdfast::migrations {

namespace {

storage::Result<std::optional<BookingRow>> hotel_row(std::vector<std::string> fields) {
  BookingRow row;
  row.unit = TRY(unit_label("room", fields[0]));
  row.holder = TRY(holder_name("holder", fields[1]));
  if (fields.size() > 2 && !fields[2].empty()) {
    row.check_in = TRY(parse_loose_date(fields[2], '-'));
  }
  return std::optional(std::move(row));
}

}  // namespace

Parsed<BookingRow> parse_hotel_rooms(std::string_view text) {
  return parse_csv(text, {.header = "room",
                          .least = 2,
                          .most = 3,
                          .columns = "room,holder[,check-in date]",
                          .row = hotel_row});
}

}  // namespace holdfast::migrations
