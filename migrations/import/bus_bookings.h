// Seats taken on the bus: lines `seat,holder`. The original kept them in memory; this is how they
// are written down.

#pragma once

#include <string_view>

#include "migrations/import/rows.h"

namespace holdfast::migrations {

Parsed<BookingRow> parse_bus_bookings(std::string_view text);

}  // namespace holdfast::migrations
