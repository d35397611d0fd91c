// Staying: checking in and out.

#pragma once

#include <cstdint>
#include <optional>

#include "engine/reservations.h"

namespace holdfast::engine {

// CONFIRMED -> CHECKED_IN. False when it is checked in already.
Result<bool> check_in(Context& context, Reservation& reservation);

// CHECKED_IN -> COMPLETED: everything is given back, and `total` becomes the bill. Items in nights
// are billed rate x nights until the day of leaving, at least one night, and their spans are cut to
// what was used; a stay never reaches beyond what was booked. Other items cost what they did.
// `day` is the day of leaving, by default the venue's today; not after what was booked and not
// before the check-in (kBadValue, the latter with checkin=). For a customer not in the past
// (kDenied): it would shorten the bill. False when it is completed already.
Result<bool> check_out(Context& context, Reservation& reservation, std::optional<std::int32_t> day);

}  // namespace holdfast::engine
