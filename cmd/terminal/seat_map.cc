#include "cmd/terminal/seat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace holdfast::cmd {
namespace {

struct StateLook {
  std::string_view state;
  char letter;
  Ink ink;
};
constexpr std::array<StateLook, 4> kLooks = {{{"free", '.', Ink::kGreen},
                                              {"held", 'H', Ink::kYellow},
                                              {"booked", 'B', Ink::kRed},
                                              {"blocked", 'X', Ink::kDim}}};
constexpr StateLook kUnknown{"?", '?', Ink::kCyan};

const StateLook& look_of(std::string_view state) {
  const auto found = std::ranges::find(kLooks, state, &StateLook::state);
  return found == kLooks.end() ? kUnknown : *found;
}

// The label without the name of its row: "F11" in row F is 11.
std::string_view short_label(const MapRow& row, const MapUnit& unit) {
  std::string_view label = unit.label;
  if (!row.name.empty() && label.size() > row.name.size() && label.starts_with(row.name)) {
    label.remove_prefix(row.name.size());
  }
  return label;
}

struct Measures {
  std::size_t name = 0;   // width of the row names
  std::size_t cell = 1;   // width of one unit
  std::size_t units = 0;  // of the longest row, aisles included
};

Measures measure(const SeatMap& map) {
  Measures measures;
  for (const auto& row : map.rows) {
    measures.name = std::max(measures.name, display_width(row.name));
    measures.units = std::max(measures.units, row.units.size() + row.aisles.size());
    for (const auto& unit : row.units) {
      measures.cell = std::max(measures.cell, display_width(short_label(row, unit)));
    }
  }
  return measures;
}

std::size_t line_width(const Measures& measures, std::size_t cell) {
  return 2 + measures.name + 1 + measures.units * (cell + 1);
}

bool aisle_after(const MapRow& row, std::size_t column) {
  return std::ranges::find(row.aisles, column) != row.aisles.end();
}

std::string draw_row(const Page& page, const MapRow& row, const Measures& measures, bool narrow) {
  auto line = fmt::format("  {} ", painted(page, Ink::kBold, pad_left(row.name, measures.name)));
  for (std::size_t i = 0; i < row.units.size(); ++i) {
    const auto& unit = row.units[i];
    const auto& look = look_of(unit.state);
    const bool labelled = !narrow && unit.state == "free";
    const auto text = labelled ? std::string(short_label(row, unit)) : std::string(1, look.letter);
    const auto width = narrow ? 1 : measures.cell;
    line += painted(page, look.ink, pad_left(text, width));
    if (i + 1 == row.units.size()) break;
    line += ' ';
    if (aisle_after(row, i + 1)) line += std::string(width + 1, ' ');
  }
  return line + '\n';
}

// In the narrow drawing the numbers stand above, the digits of each below one another. Only when
// every row of the run has the same numbers in the same columns.
std::string draw_ruler(const Page& page, std::span<const MapRow> run, const Measures& measures) {
  const auto& first = run.front();
  std::vector<std::string> numbers;
  std::size_t digits = 0;
  for (const auto& unit : first.units) {
    numbers.emplace_back(short_label(first, unit));
    digits = std::max(digits, numbers.back().size());
  }
  const auto same = [&](const MapRow& row) {
    return row.units.size() == first.units.size() && row.aisles == first.aisles &&
           std::ranges::equal(row.units, numbers, {},
                              [&](const MapUnit& unit) { return short_label(row, unit); });
  };
  if (digits > 3 || !std::ranges::all_of(run, same)) return {};
  std::string ruler;
  for (std::size_t place = 0; place < digits; ++place) {
    std::string line(2 + measures.name + 1, ' ');
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      line += pad_left(numbers[i], digits)[place];
      line += aisle_after(first, i + 1) ? "   " : " ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    ruler += painted(page, Ink::kDim, line) + '\n';
  }
  return ruler;
}

std::string draw_key(const Page& page, const SeatMap& map, bool narrow) {
  std::array<std::size_t, kLooks.size()> counts{};
  for (const auto& row : map.rows) {
    for (const auto& unit : row.units) {
      for (std::size_t i = 0; i < kLooks.size(); ++i) counts[i] += unit.state == kLooks[i].state;
    }
  }
  std::string key;
  for (std::size_t i = 0; i < kLooks.size(); ++i) {
    const auto& look = kLooks[i];
    const auto sign =
        look.state == "free" && !narrow ? std::string("number") : std::string(1, look.letter);
    key += fmt::format("{}{} {} {}", i == 0 ? "  " : "   ", painted(page, look.ink, sign),
                       look.state, counts[i]);
  }
  return key + '\n';
}

}  // namespace

char state_letter(std::string_view state) {
  return look_of(state).letter;
}

std::string draw_seat_map(const Page& page, const SeatMap& map) {
  const auto measures = measure(map);
  const bool narrow = line_width(measures, measures.cell) > page.columns;
  auto text = painted(page, Ink::kBold, map.title) + '\n';
  for (std::size_t begin = 0; begin < map.rows.size();) {
    const auto& type = map.rows[begin].type;
    std::size_t end = begin;
    while (end < map.rows.size() && map.rows[end].type == type) ++end;
    text += fmt::format("\n  {}\n", painted(page, Ink::kCyan, type));
    const std::span run(map.rows.data() + begin, end - begin);
    if (narrow) text += draw_ruler(page, run, measures);
    for (const auto& row : run) text += draw_row(page, row, measures, narrow);
    begin = end;
  }
  return text + '\n' + draw_key(page, map, narrow);
}

}  // namespace holdfast::cmd
