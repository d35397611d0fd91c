// Completing: reservations whose days are over, and which nobody checked out.

#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/limits.h"

namespace holdfast::engine {

struct Completed {
  std::size_t reservations = 0;
  bool more = false;  // there may be more: call again
};

// CONFIRMED or CHECKED_IN -> COMPLETED for the reservations with a unit of this offering all live
// items of which ended before the venue date `day`: their units are given back, what they cost
// stays. The oldest first, `most` at most and no further one once kMaxExpiredItems were given back.
// Holds, open stays, items without a date and those whose payment is being asked for are left
// alone. O(units in use + spans that are over).
Result<Completed> complete_past(Context& context, const Offering& offering, std::int32_t day,
                                std::size_t most = kMaxExpiriesPerTurn);

}  // namespace holdfast::engine
