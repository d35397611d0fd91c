// What the pages of the old ticket system want of the engine, and what it is asked for that.
//
//   lockSeat      HOLD, or EXTEND of one's own          each followed by LIST of the unit,
//   releaseLock   RELEASE                               which tells who has the seat now
//   bookSeat      BOOK, or CONFIRM of one's own hold
//   releaseSeat   CANCEL

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/web/tickets/errand.h"
#include "net/web/tickets/session.h"

namespace holdfast::net::web::tickets {

class Tickets;

enum class Wish : std::uint8_t { kLock, kUnlock, kBook, kRelease };
// "lockSeat"; nothing for the name of no such event.
std::optional<Wish> wish_named(std::string_view event);

struct SeatEvent {
  Wish wish;
  std::weak_ptr<Session> session;
  std::optional<std::int64_t> seat;  // as the page says
  std::string user;                  // likewise; empty: none that could be one
};

// `tickets` outlives the errands.

// Lays the seats out, unless they are of the offering of today already; and watches them.
std::unique_ptr<Errand> load_seats(Tickets& tickets);
// Who has the seat now.
std::unique_ptr<Errand> look_at_seat(Tickets& tickets, std::size_t seat);
std::unique_ptr<Errand> act_on_seat(Tickets& tickets, SeatEvent event);
// Of one whose user has gone.
std::unique_ptr<Errand> release_lock(Tickets& tickets, std::size_t seat);

}  // namespace holdfast::net::web::tickets
