// Cancelling: giving back a reservation, or some of its items.

#pragma once

#include <cstdint>
#include <span>

#include "engine/reservations.h"

namespace holdfast::engine {

// HELD -> CANCELLED. False, and nothing changes, when it is cancelled already; kExpired for a hold
// that has expired, kState for one that is confirmed: CANCEL is the word for that.
Result<bool> release_hold(Context& context, Reservation& reservation);

// Cancels the items with these numbers, or all of them when none is named. HELD or CONFIRMED; it is
// CANCELLED once no live item is left. False, and nothing changes, when all of them are cancelled
// already. kBadValue naming an item that does not exist. What was paid for them becomes a refund.
Result<bool> cancel_items(Context& context, Reservation& reservation,
                          std::span<const std::uint16_t> items);

}  // namespace holdfast::engine
