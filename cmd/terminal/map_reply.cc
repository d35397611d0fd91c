#include "cmd/terminal/map_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace holdfast::cmd {
namespace {

using net::RespValue;
using Kind = RespValue::Kind;

std::string_view text_of(const RespValue& record, std::string_view name) {
  const auto* value = record.find(name);
  return value == nullptr ? std::string_view() : std::string_view(value->text);
}

std::string state_of(char letter) {
  for (const auto* state : {"free", "held", "booked", "blocked"}) {
    if (state_letter(state) == letter) return state;
  }
  return std::string(1, letter);
}

// Labels that count up from the first: "A1" gives A1, A2, A3.
class CountedLabels {
 public:
  explicit CountedLabels(std::string_view first) {
    auto at = first.size();
    while (at > 0 && std::isdigit(static_cast<unsigned char>(first[at - 1])) != 0) --at;
    prefix_ = first.substr(0, at);
    std::from_chars(first.data() + at, first.data() + first.size(), number_);
  }
  std::string label(std::size_t i) const { return fmt::format("{}{}", prefix_, number_ + i); }

 private:
  std::string_view prefix_;
  std::size_t number_ = 1;
};

MapRow read_row(const RespValue& record) {
  MapRow row{.name = {}, .type = std::string(text_of(record, "type")), .aisles = {}, .units = {}};
  const auto name = text_of(record, "row");
  // Rows without letters are only counted, which says nothing beside the numbers of their units.
  const bool counted =
      std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!counted) row.name = name;
  const auto* labels = record.find("labels");
  const CountedLabels numbers(text_of(record, "first"));
  for (const char letter : text_of(record, "seats")) {
    const auto i = row.units.size();
    if (letter == '|') {
      row.aisles.push_back(i);
      continue;
    }
    const bool listed = labels != nullptr && i < labels->items.size();
    row.units.push_back(
        {.label = listed ? labels->items[i].text : numbers.label(i), .state = state_of(letter)});
  }
  return row;
}

// "express legs=BLR-MYS, open": what the map is of.
std::string title_of(const RespValue& reply) {
  std::string title(text_of(reply, "offering"));
  for (const auto* span : {"legs", "nights", "at"}) {
    const auto value = text_of(reply, span);
    if (!value.empty()) title += fmt::format("  {}={}", span, value);
  }
  if (text_of(reply, "state") == "closed") title += "  (closed)";
  return title;
}

}  // namespace

std::optional<SeatMap> read_map_reply(const RespValue& reply) {
  const auto* rows = reply.kind == Kind::kMap ? reply.find("rows") : nullptr;
  if (rows == nullptr || rows->kind != Kind::kList || rows->items.empty()) return std::nullopt;
  SeatMap map{.title = title_of(reply), .rows = {}};
  for (const auto& row : rows->items) {
    if (row.find("seats") == nullptr) return std::nullopt;
    map.rows.push_back(read_row(row));
  }
  return map;
}

}  // namespace holdfast::cmd
