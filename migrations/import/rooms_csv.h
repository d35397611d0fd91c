// All rooms of the hotel that sells by type: lines `room number,type,occupant,check-in date`. A
// room with neither occupant nor date is free. The original let guests have no name.

#pragma once

#include <string_view>

#include "migrations/import/rows.h"

namespace holdfast::migrations {

// Free rooms are checked and left out.
Parsed<BookingRow> parse_rooms_csv(std::string_view text);

}  // namespace holdfast::migrations
