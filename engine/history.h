// History: what happened to a reservation, one row an event, for people who ask later.
//
// Events are numbered from 1 within their reservation (ReservationRow::events), so a command may
// record several. The actor is a number: names can be forgotten, the history stays.

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/reservations.h"

namespace holdfast::engine {

// Appends an event; `minor` is the amount that matters to it. Changes reservation.row.events: save
// the reservation afterwards. The actor is the session's account, or nobody for what happens by
// itself (expiry).
Result<void> record_event(Context& context, Reservation& reservation, HistoryEvent event,
                          std::int64_t minor = 0);

// The events after the first `after`, `most` of them, oldest first.
Result<std::vector<HistoryRow>> read_history(
    Transaction& txn, ReservationId id, std::uint32_t after = 0,
    std::size_t most = std::numeric_limits<std::size_t>::max());

// The words on the wire: "held", "items_cancelled", ...
std::string_view word(HistoryEvent event);

}  // namespace holdfast::engine
