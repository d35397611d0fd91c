// What the readers make of the files of the source systems: plain rows, and what they could not
// take. Rows say what the file says, checked as far as that needs no store.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::migrations {

// A line that is not taken, and why. `line` counts from 1; in a database it is the rowid.
struct Rejected {
  std::int64_t line = 0;
  std::string reason;
};

template <typename Row>
struct Parsed {
  std::vector<Row> rows;  // in the order of the file
  std::vector<Rejected> rejected;
};

// An account of the bus client.
struct UserRow {
  std::int64_t line = 0;
  std::string name;
  std::string sha256_hex;  // of the password, lower case
};

// A seat, or a room, that somebody has.
struct BookingRow {
  std::int64_t line = 0;
  std::string unit;                      // label
  std::string type;                      // of the unit; empty when the file does not say
  std::string holder;                    // empty only in rooms-csv: a guest without a name
  std::optional<std::int32_t> check_in;  // days since 1970-01-01; hotels only
};

// A meal-time reservation: nobody's name, one space.
struct MealRow {
  std::int64_t line = 0;
  std::int32_t day = 0;   // since 1970-01-01
  std::int32_t from = 0;  // minutes of the day
  std::int32_t to = 0;    // later than from
};

}  // namespace holdfast::migrations
