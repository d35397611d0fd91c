// Source: a file of one of the source systems, named on the command line, and what was read of it.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "migrations/import/rows.h"
#include "storage/status.h"

namespace holdfast::migrations {

enum class SourceKind : std::uint8_t {
  kBusUsers,
  kBusBookings,
  kHotelRooms,
  kMealSqlite,
  kRoomsCsv,
};

// "bus-users", "bus-bookings", ...
std::string_view word(SourceKind kind);
// What Rejected::line counts in such a file: "line", "row".
std::string_view line_word(SourceKind kind);

struct Source {
  SourceKind kind = SourceKind::kBusUsers;
  std::string path;

  std::string name() const;  // "bus-users:users.txt"
};

// Of "KIND:PATH"; the path may hold further colons. kUsage naming the kinds.
storage::Result<Source> parse_source(std::string_view text);

struct SourceData {
  Source source;
  std::variant<Parsed<UserRow>, Parsed<BookingRow>, Parsed<MealRow>> parsed;

  std::size_t rows() const;
  const std::vector<Rejected>& rejected() const;
};

// Reads and parses the file; needs no store. kUsage when the file is missing, not of its kind, or
// when it has lines and none of them can be taken; kIo. The error names the source.
storage::Result<SourceData> read_source(const Source& source);

}  // namespace holdfast::migrations
