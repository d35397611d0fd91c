#include "net/legacy/rooms_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/legacy/answers.h"
#include "net/legacy/text.h"
#include "storage/check.h"

namespace holdfast::net::legacy {
namespace {

// The labels of a row of a MAP: listed, or counted by their last digits from the first to the last.
std::vector<std::string> labels_of(const engine::Record& row) {
  std::vector<std::string> labels;
  for (const engine::Value& label : rows_of(row, "labels")) {
    labels.push_back(std::get<std::string>(label.data));
  }
  if (!labels.empty()) return labels;
  const std::string_view first = text_of(row, "first");
  const std::string_view last = text_of(row, "last");
  const std::string_view prefix = first.substr(0, first.find_last_not_of("0123456789") + 1);
  const auto from = parse_int(first.substr(prefix.size()));
  const auto to = parse_int(last.substr(prefix.size()));
  CHECK(from && to, "\"{}\" to \"{}\" is no row of a map", first, last);
  for (std::int64_t number = *from; number <= *to; ++number) {
    labels.push_back(fmt::format("{}{}", prefix, number));
  }
  return labels;
}

}  // namespace

std::vector<RoomType> room_types_of(const engine::Record& avail) {
  std::vector<RoomType> types;
  for (const engine::Value& value : rows_of(avail, "types")) {
    const auto& row = std::get<engine::Record>(value.data);
    types.push_back({.name = std::string(text_of(row, "type")),
                     .rooms = number_of(row, "units"),
                     .free = number_of(row, "free"),
                     .price_minor = number_of(row, "price")});
  }
  return types;
}

std::optional<RoomStay> stay_in(const engine::List& rows, std::string_view offering,
                                std::string_view room) {
  constexpr std::string_view kTo = "..";
  for (const engine::Value& value : rows) {
    const auto& row = std::get<engine::Record>(value.data);
    if (text_of(row, "status") != "checked_in") continue;
    RoomStay stay{.locator = std::string(text_of(row, "locator")),
                  .guest = std::string(text_of(row, "guest"))};
    bool here = false;
    for (const engine::Value& line : rows_of(row, "items")) {
      const auto& item = std::get<engine::Record>(line.data);
      if (!text_of(item, "state").empty()) continue;  // cancelled
      ++stay.rooms;
      if (text_of(item, "offering") != offering || text_of(item, "unit") != room) continue;
      const std::string_view nights = text_of(item, "nights");
      here = true;
      stay.open = nights.ends_with(kTo);
      stay.check_in = nights.substr(0, nights.find(kTo));
    }
    if (here) return stay;
  }
  return std::nullopt;
}

std::vector<Room> rooms_of(const engine::Record& map) {
  std::vector<Room> rooms;
  for (const engine::Value& value : rows_of(map, "rows")) {
    const auto& row = std::get<engine::Record>(value.data);
    for (std::string& label : labels_of(row)) {
      rooms.push_back({.number = std::move(label), .type = std::string(text_of(row, "type"))});
    }
  }
  // Spans come in the order of the units: each is looked for from where the last one was.
  auto room = rooms.begin();
  for (const engine::Value& value : rows_of(map, "spans")) {
    const std::string_view unit = text_of(std::get<engine::Record>(value.data), "unit");
    room = std::ranges::find(room, rooms.end(), unit, &Room::number);
    if (room == rooms.end()) break;
    room->taken = true;
  }
  return rooms;
}

}  // namespace holdfast::net::legacy
