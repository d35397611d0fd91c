// OfferingRecord: an offering as replies show it.

#pragma once

#include "engine/catalog.h"
#include "engine/reply.h"

namespace holdfast::engine {

// offering, plan, axis, state, units, currency, and starts where it is set.
Record offering_summary(const OfferingRow& row, const Plan& plan);

// The same with its rules: zone, pay, hold, cap, price, prices, demand, stops, slot.
Record offering_record(const Offering& offering);

// The span as a field of its axis' name: legs=BLR-MYS; nothing for events.
void add_span(Record& record, const OfferingRow& offering, Span span);

}  // namespace holdfast::engine
