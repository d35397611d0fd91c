// Rooms taken in the hotel that sells by count: lines `room,holder[,check-in date]`. The original
// kept them in memory and no date; without one the stay begins on the day of the import.

#pragma once

#include <string_view>

#include "migrations/import/rows.h"

namespace holdfast::migrations {

Parsed<BookingRow> parse_hotel_rooms(std::string_view text);

}  // namespace holdfast::migrations
