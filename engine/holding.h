// Holding: how a reservation begins, how long a hold lasts and how it ends.

#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "engine/commands/selection.h"
#include "engine/parties.h"
#include "engine/reservations.h"

namespace holdfast::engine {

// What a caller asks for besides the units.
struct Terms {
  std::optional<Duration> ttl;   // of the hold; without it the shortest of the offerings'
  std::optional<Money> price;    // the total the caller expects
  std::uint16_t party_size = 0;  // 0 = not said
  Party party;
  std::optional<AccountId> account;  // whose it is; without it the session's
  bool confirmed = false;            // BOOK: hold and confirm in one commit
  bool checked_in = false;           // and check in as well; REQUIRES: confirmed
};

// Makes the reservation of the selected units, which are free, and occupies them. Customers may not
// hold longer than the shortest cap of the offerings (kLimit), nor book where an offering wants
// payment first (kDenied), nor come with more persons than the units seat (kLimit). kPriceChanged
// when the total is not the expected one.
Result<Reservation> open_reservation(Context& context, std::span<const Selected> selected,
                                     const Terms& terms);

// The deadline becomes `ttl` from now. False, and nothing is written, when it is not earlier
// already. Customers only up to the cap of the hold (kLimit).
Result<bool> extend_hold(Context& context, Reservation& reservation, Duration ttl);

// HELD -> CONFIRMED. False when it is confirmed already. kDenied for a customer where an offering
// wants payment first and something is owed.
Result<bool> confirm_hold(Context& context, Reservation& reservation);

// HELD -> EXPIRED. REQUIRES: is_overdue.
Result<void> expire(Context& context, Reservation& reservation);
// The same for whatever selection finds in its way; one that is not overdue stays.
Result<void> expire_overdue(Context& context, ReservationId id);

// kTaken unless the unit is free over the span, once what is overdue has made way.
Result<void> require_free(Context& context, OfferingId offering, Unit unit, Span span);

// EXPIRED -> HELD, when all its units are still free: kTaken otherwise, kClosed when an offering
// was dropped. The deadline stays past: the caller goes on to ask for the payment, or to confirm.
Result<void> reinstate(Context& context, Reservation& reservation);

}  // namespace holdfast::engine
