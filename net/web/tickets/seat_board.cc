#include "net/web/tickets/seat_board.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>
#include <variant>

#include "net/legacy/answers.h"
#include "net/web/json.h"

namespace holdfast::net::web::tickets {
namespace {

using legacy::rows_of;
using legacy::text_of;

constexpr std::string_view kGuest = "ticket:";

// The user, if it is of one of ours: they reserve one seat each time.
std::string user_of(const engine::Record& reservation) {
  const std::string_view guest = text_of(reservation, "guest");
  if (!guest.starts_with(kGuest) || rows_of(reservation, "items").size() != 1) return {};
  return std::string(guest.substr(kGuest.size()));
}

void append_seat(std::size_t number, const Seat& seat, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{{\"id\":{},\"booked\":{},\"user\":", number,
                 seat.state == Seat::State::kBooked);
  if (seat.user.empty()) {
    out += "null";
  } else {
    append_json(std::string_view(seat.user), out);
  }
  out += seat.locked ? ",\"locked\":true}" : ",\"locked\":false}";
}

}  // namespace

std::string guest_of(std::string_view user) {
  return fmt::format("{}{}", kGuest, user);
}

void SeatBoard::lay_out(const engine::List& rows, engine::Seq seen) {
  seats_.clear();
  for (const engine::Value& value : rows) {
    const auto* row = std::get_if<engine::Record>(&value.data);
    if (row == nullptr) continue;
    for (const char letter : text_of(*row, "seats")) {
      if (letter == '|') continue;
      Seat seat{.seen = seen};
      if (letter != '.') seat.state = letter == 'H' ? Seat::State::kHeld : Seat::State::kBooked;
      seat.locked = letter == 'H';
      seats_.push_back(std::move(seat));
    }
  }
}

void SeatBoard::set_free(std::size_t number, engine::Seq seen) {
  seats_[number - 1] = {.seen = seen};
}

void SeatBoard::set_blocked(std::size_t number, engine::Seq seen) {
  seats_[number - 1] = {.state = Seat::State::kBooked, .seen = seen};
}

void SeatBoard::set_takers(std::size_t number, const engine::List& rows, engine::Seq seen) {
  Seat& seat = seats_[number - 1];
  const Seat before = std::exchange(seat, {.seen = seen});
  const auto* taker = rows.empty() ? nullptr : std::get_if<engine::Record>(&rows.front().data);
  if (taker == nullptr) {
    const bool blocked = before.state == Seat::State::kBooked && before.locator.empty();
    if (blocked) seat.state = Seat::State::kBooked;
    return;
  }
  seat.locator = text_of(*taker, "locator");
  seat.user = user_of(*taker);
  const bool held = text_of(*taker, "status") == "held";
  seat.state = held ? Seat::State::kHeld : Seat::State::kBooked;
  // Pages were told so of a seat that was chosen before it was booked.
  seat.locked = held || (before.locked && before.locator == seat.locator);
}

std::string SeatBoard::json() const {
  std::string text = "[";
  for (std::size_t number = 1; number <= seats_.size(); ++number) {
    if (number > 1) text += ',';
    append_seat(number, seat(number), text);
  }
  return text + ']';
}

}  // namespace holdfast::net::web::tickets
