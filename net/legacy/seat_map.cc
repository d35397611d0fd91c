#include "net/legacy/seat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "net/legacy/answers.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

constexpr std::size_t kSeatsPerRow = 4;

// " 07 ", " X  ", "107 ": always four wide.
std::string cell(std::size_t number, bool taken) {
  if (taken) return " X  ";
  return number < 100 ? fmt::format(" {:02} ", number) : fmt::format("{:3} ", number);
}

std::string matrix_row(const std::vector<bool>& taken, std::size_t first, std::string_view aisle) {
  std::string row;
  const std::size_t end = std::min(first + kSeatsPerRow, taken.size());
  for (std::size_t seat = first; seat < end; ++seat) {
    if (seat == first + kSeatsPerRow / 2) row += aisle;
    row += fmt::format("|{}|", cell(seat + 1, taken[seat]));
  }
  return row + '\n';
}

std::string list_row(const std::vector<bool>& taken, std::size_t seat) {
  return fmt::format("Seat {}: {}\n", seat + 1, taken[seat] ? "Booked" : "Available");
}

}  // namespace

std::vector<bool> taken_seats(const engine::Record& map) {
  std::vector<bool> taken;
  for (const engine::Value& value : rows_of(map, "rows")) {
    const auto* row = std::get_if<engine::Record>(&value.data);
    if (row == nullptr) continue;
    for (const char letter : text_of(*row, "seats")) {
      if (letter != '|') taken.push_back(letter != '.');
    }
  }
  return taken;
}

std::string draw_seats(BusDialect dialect, const std::vector<bool>& taken) {
  const bool list = dialect == BusDialect::kOld;
  const bool head = dialect == BusDialect::kHead;
  std::string map = head ? "\nSeat Matrix:\n\n| D  |\n\n" : "Seat Matrix:\n";
  const std::size_t step = list ? 1 : kSeatsPerRow;
  const std::size_t seats = std::min(taken.size(), kMaxSeatsDrawn);
  for (std::size_t seat = 0; seat < seats; seat += step) {
    const std::string row = list ? list_row(taken, seat) : matrix_row(taken, seat, head ? " " : "");
    if (map.size() + row.size() > kMaxMessageBytes) break;
    map += row;
  }
  return map;
}

}  // namespace holdfast::net::legacy
