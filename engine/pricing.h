// Pricing: what a unit over a span costs. A price is fixed into the item when it is held.
//
// rate  = the price of the unit's type, or else of the offering, per quantum: the event, a leg, a
//         night, a slot
//       + the demand rule, if the offering has one and more than `free` clients are active:
//         step % of the base for every active client, in whole minor units rounded down
//         (base 200, 5 % over 2: 200 for two clients, 230 for three)
// total = rate x quanta; an open stay is priced as one night until it is cut.

#pragma once

#include <cstdint>

#include "engine/catalog.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Price {
  Money rate;
  Money total;
};

// How many quanta of price a span has; 1 for an open stay.
std::int32_t quanta(const OfferingRow& offering, Span span);

// The rate of types that have no price of their own, as it is asked for so many active clients.
// kLimit as below.
Result<Money> asking_price(const OfferingRow& offering, std::uint32_t active_clients);

// kLimit when an amount exceeds kMaxTotal. REQUIRES: unit of the offering's plan, span of its axis.
Result<Price> price_item(const Offering& offering, Unit unit, Span span,
                         std::uint32_t active_clients);

// rate x nights, at least one night: a check-out bill. kLimit as above.
Result<Money> price_quanta(Money rate, std::int32_t quanta);

}  // namespace holdfast::engine
