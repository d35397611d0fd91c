// Moving: another unit, or another span, for an item that lives.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/calendar.h"
#include "engine/reservations.h"

namespace holdfast::engine {

// Where an item goes; what is not said stays as it is. The offering does.
struct Destination {
  std::optional<std::string_view> unit;  // its label
  SpanWords span;
};

// The item keeps its rate: its price is that over the new span. What was paid beyond the new total
// becomes a refund. Held, confirmed or checked in. False, and nothing changes, when it is there
// already. kBadValue naming an item that does not exist, kState for one that is cancelled, kTaken
// when somebody else has the place, otherwise as what finds unit and span.
Result<bool> move_item(Context& context, Reservation& reservation, std::uint16_t number,
                       const Destination& to);

}  // namespace holdfast::engine
