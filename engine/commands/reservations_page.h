// ReservationsPage: a listing of reservations that goes on after one of them, as MINE, LIST and
// FIND give it.

#pragma once

#include <fmt/format.h>

#include <cstddef>

#include "engine/arguments.h"
#include "engine/limits.h"
#include "engine/reservations.h"

namespace holdfast::engine {

// At most `n` rows, those that come after the reservation `after`.
struct ReservationsPage {
  std::size_t n = kDefaultListing;
  ReservationId after;
};

inline Result<ReservationsPage> parse_reservations_page(const Arguments& arguments) {
  ReservationsPage page;
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    page.n = static_cast<std::size_t>(*n);
  }
  page.after = TRY(arguments.locator("after")).value_or(ReservationId{});
  return page;
}

// A reservation that an index names, as it is shown at context.now.
inline Result<Reservation> load_listed(Context& context, ReservationId id) {
  auto reservation = TRY(load_reservation(context.txn, id));
  if (!reservation) {
    return error(Code::kCorruption, fmt::format("an index names reservation {}", id.value));
  }
  show_expired(reservation->row, context.now);
  return std::move(*reservation);
}

}  // namespace holdfast::engine
