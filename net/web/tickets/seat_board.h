// SeatBoard: the seats of the offering as the pages of the old ticket system show them. It is what
// the engine answered last, and nothing else: what a seat is, the engine decides.
//
// Seats are numbered from 1, as the units of the offering are labelled. Loop thread only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/reply.h"
#include "engine/values.h"

namespace holdfast::net::web::tickets {

// Whom a reservation of a user is for: the engine's guest.
std::string guest_of(std::string_view user);

struct Seat {
  enum class State : std::uint8_t { kFree, kHeld, kBooked };
  State state = State::kFree;
  std::string locator = {};  // of what takes it
  std::string user = {};     // of this system; empty: taken elsewhere, or blocked
  bool locked = false;       // "locked" of the page: held; or held before it was booked
  engine::Seq seen = {};     // as of this change
};

class SeatBoard {
 public:
  // As MAP answered it: its rows. Who has what is not known yet.
  void lay_out(const engine::List& rows, engine::Seq seen);
  void clear() { seats_.clear(); }

  // Numbers are from 1. REQUIRES of those below: the seat is there.
  bool has(std::int64_t number) const {
    return number >= 1 && number <= static_cast<std::int64_t>(seats_.size());
  }
  const Seat& seat(std::size_t number) const { return seats_[number - 1]; }
  std::size_t size() const { return seats_.size(); }

  void set_free(std::size_t number, engine::Seq seen);
  // Out of sale: to the page it is booked by nobody.
  void set_blocked(std::size_t number, engine::Seq seen);
  // What LIST answered of the unit: its rows. None: it is free, unless it is blocked.
  void set_takers(std::size_t number, const engine::List& rows, engine::Seq seen);

  // [{"id":1,"booked":false,"user":null,"locked":false},...]
  std::string json() const;

 private:
  std::vector<Seat> seats_;
};

}  // namespace holdfast::net::web::tickets
