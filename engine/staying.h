// Staying: checking in and out.

#pragma once

#include <cstdint>
#include <optional>

#include "engine/reservations.h"

namespace holdfast::engine {

// A customer checks in from the venue's day on which the first item begins; kDenied before. Staff
// may at any time.
Result<void> require_arrived(Context& context, const Reservation& reservation);

// CONFIRMED -> CHECKED_IN, where require_arrived. False when it is checked in already.
Result<bool> check_in(Context& context, Reservation& reservation);

// CHECKED_IN -> COMPLETED: everything is given back, and `total` becomes the bill. Items in nights
// are billed rate x nights until the day of leaving, at least one night, and their spans are cut to
// what was used; a stay never reaches beyond what was booked. Other items cost what they did.
// `day` is the day of leaving, by default the venue's today; of each item, if that ends earlier,
// its end. Not before the first item begins, and if named not after the last one ends (kBadValue,
// the former with checkin=). For a customer not in the past (kDenied): it would shorten the bill.
// False when it is completed already.
Result<bool> check_out(Context& context, Reservation& reservation, std::optional<std::int32_t> day);

// CONFIRMED -> NOSHOW: nobody came. The units are given back; what was paid is kept, and nothing is
// owed any more. False when it is one already. kState before the first day, for nobody can have
// failed to come yet, and otherwise as check_in.
Result<bool> mark_no_show(Context& context, Reservation& reservation);

}  // namespace holdfast::engine
