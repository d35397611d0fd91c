// reservation.db of the meal-time server, an SQLite database:
//   CREATE TABLE reservations (date TEXT, start_time TEXT, end_time TEXT)
// with dates like 2026.12.01 and times like 19:30. The server checked nothing it wrote, so there
// may be anything in it. Nothing is written to the file or beside it.

#pragma once

#include <string>

#include "migrations/import/rows.h"
#include "storage/status.h"

namespace holdfast::migrations {

// A server that sells half-hours of one space fills a century with less.
inline constexpr std::size_t kMaxMealRows = 1'000'000;

// In the order of insertion; overlaps are left to the store to see. kUsage when the file is not
// such a database, is still written to, or has more than kMaxMealRows rows; kIo.
storage::Result<Parsed<MealRow>> read_meal_database(const std::string& path);

}  // namespace holdfast::migrations
