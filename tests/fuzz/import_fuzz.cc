// Files of the source systems: whatever is in them, each line is taken within bounds or refused
// with a reason, and what is split from a line can be written as a line that splits into the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/accounts.h"
#include "engine/limits.h"
#include "migrations/import/bus_bookings.h"
#include "migrations/import/bus_users.h"
#include "migrations/import/csv.h"
#include "migrations/import/hotel_rooms.h"
#include "migrations/import/rooms_csv.h"
#include "storage/check.h"

namespace {

using namespace holdfast::migrations;

void check_rejected(const std::vector<Rejected>& rejected) {
  for (const auto& [line, reason] : rejected) CHECK(line > 0 && !reason.empty(), "line {}", line);
}

void check_bookings(const Parsed<BookingRow>& parsed) {
  check_rejected(parsed.rejected);
  for (const BookingRow& row : parsed.rows) {
    CHECK(!row.unit.empty() && row.unit.size() <= holdfast::engine::kMaxLabelBytes);
    CHECK(row.holder.size() <= holdfast::engine::kMaxAccountBytes);
    CHECK(!row.check_in || *row.check_in >= 0);
  }
}

void check_users(const Parsed<UserRow>& parsed) {
  check_rejected(parsed.rejected);
  for (const UserRow& row : parsed.rows) {
    CHECK(holdfast::engine::check_account_name(row.name), "name {}", row.name);
    CHECK(row.sha256_hex.size() == 64, "hash {}", row.sha256_hex);
  }
}

void check_split(std::string_view line) {
  if (line.find('\n') != std::string_view::npos) return;
  const auto fields = split_csv_line(line);
  if (!fields) return;
  std::string again;
  for (const std::string& field : *fields) {
    if (&field != &fields->front()) again += ',';
    again += '"';
    for (const char letter : field) again += letter == '"' ? "\"\"" : std::string(1, letter);
    again += '"';
  }
  const auto second = split_csv_line(again);
  CHECK(second && *second == *fields, "line {}", again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_users(parse_bus_users(text));
  check_bookings(parse_bus_bookings(text));
  check_bookings(parse_hotel_rooms(text));
  check_bookings(parse_rooms_csv(text));
  check_split(text);
  return 0;
}
