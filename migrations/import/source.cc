#include "migrations/import/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/arguments.h"
#include "migrations/import/bus_bookings.h"
#include "migrations/import/bus_users.h"
#include "migrations/import/hotel_rooms.h"
#include "migrations/import/meal_sqlite.h"
#include "migrations/import/rooms_csv.h"
#include "migrations/import/text_lines.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;
using storage::Result;

namespace {

struct KnownKind {
  std::string_view word;
  SourceKind kind;
  std::string_view file;  // what it should be, for whoever gave another
};
constexpr std::array<KnownKind, 5> kKinds{{
    {"bus-users", SourceKind::kBusUsers, "users.txt of the bus client: NAME:HASH a line"},
    {"bus-bookings", SourceKind::kBusBookings, "CSV: seat,holder"},
    {"hotel-rooms", SourceKind::kHotelRooms, "CSV: room,holder[,check-in date]"},
    {"meal-sqlite", SourceKind::kMealSqlite, "reservation.db of the meal-time server, by SQLite"},
    {"rooms-csv", SourceKind::kRoomsCsv, "CSV: room number,type,occupant,check-in date"},
}};

const KnownKind& known(SourceKind kind) {
  return *std::ranges::find(kKinds, kind, &KnownKind::kind);
}

Result<SourceData> parse_file(const Source& source) {
  if (source.kind == SourceKind::kMealSqlite) {
    return SourceData{source, TRY(read_meal_database(source.path))};
  }
  const std::string text = TRY(read_text_file(source.path));
  switch (source.kind) {
    case SourceKind::kBusUsers:
      return SourceData{source, parse_bus_users(text)};
    case SourceKind::kBusBookings:
      return SourceData{source, parse_bus_bookings(text)};
    case SourceKind::kHotelRooms:
      return SourceData{source, parse_hotel_rooms(text)};
    case SourceKind::kRoomsCsv:
      return SourceData{source, parse_rooms_csv(text)};
    case SourceKind::kMealSqlite:
      break;
  }
  return error(Code::kInternal, "a kind of source that nothing reads");
}

// A file of which nothing can be taken is most likely another file.
Result<void> require_something(const SourceData& data) {
  const auto& rejected = data.rejected();
  if (data.rows() > 0 || rejected.empty()) return {};
  return error(Code::kUsage,
               fmt::format("none of {0} {1}{2} can be taken; {1} {3}: {4}", rejected.size(),
                           line_word(data.source.kind), rejected.size() == 1 ? "" : "s",
                           rejected.front().line, rejected.front().reason));
}

}  // namespace

std::string_view word(SourceKind kind) {
  return known(kind).word;
}

std::string_view line_word(SourceKind kind) {
  return kind == SourceKind::kMealSqlite ? "row" : "line";
}

std::string Source::name() const {
  return fmt::format("{}:{}", word(kind), path);
}

Result<Source> parse_source(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto* const kind = std::ranges::find(kKinds, text.substr(0, colon), &KnownKind::word);
  if (colon == std::string_view::npos || kind == kKinds.end()) {
    std::vector<std::string_view> kinds;
    kinds.reserve(kKinds.size());
    for (const KnownKind& each : kKinds) kinds.push_back(each.word);
    return error(Code::kUsage, fmt::format("{} is not KIND:PATH with a KIND of {}",
                                           engine::quoted(text), fmt::join(kinds, ", ")));
  }
  if (colon + 1 == text.size()) {
    return error(Code::kUsage, fmt::format("{} has no path", engine::quoted(text)));
  }
  return Source{.kind = kind->kind, .path = std::string(text.substr(colon + 1))};
}

std::size_t SourceData::rows() const {
  return std::visit([](const auto& of_kind) { return of_kind.rows.size(); }, parsed);
}

const std::vector<Rejected>& SourceData::rejected() const {
  return std::visit(
      [](const auto& of_kind) -> const std::vector<Rejected>& { return of_kind.rejected; }, parsed);
}

Result<SourceData> read_source(const Source& source) {
  auto data = parse_file(source);
  if (!data && data.error().code() == Code::kUsage) {
    return error(Code::kUsage, fmt::format("{}: {}; wanted is {}", source.name(),
                                           data.error().message(), known(source.kind).file));
  }
  if (!data) return std::unexpected(std::move(data.error()).prefixed(source.name()));
  auto something = require_something(*data);
  if (!something) return std::unexpected(std::move(something.error()).prefixed(source.name()));
  return data;
}

}  // namespace holdfast::migrations
