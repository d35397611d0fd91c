// Dates and times of day as the source systems keep them.

#pragma once

#include <cstdint>
#include <string_view>

#include "storage/status.h"

namespace holdfast::migrations {

// Days since 1970-01-01 of "2026-12-01", with `separator` for '-'; month and day may be of one
// digit. kBadValue for what is no such text or no date of the years 1970 to 5999.
storage::Result<std::int32_t> parse_loose_date(std::string_view text, char separator);

// Minutes of the day of "19:30", "7:5". kBadValue.
storage::Result<std::int32_t> parse_loose_time(std::string_view text);

}  // namespace holdfast::migrations
