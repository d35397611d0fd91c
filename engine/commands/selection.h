// Selection: the units and spans that QUOTE, HOLD and BOOK name, part by part.
//
//   offering (unit... | [type=T] n=K [together | lowest] | [type=T] upto=K [lowest])
//   [legs= | nights= | at=]

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/pricing.h"
#include "engine/values.h"

namespace holdfast::engine {

// One part; views live as long as the request.
struct PartParams {
  std::string_view offering;
  std::span<const std::string_view> units;  // labels; empty when the engine chooses
  std::string_view type;
  std::uint32_t n = 0;  // 0 when units are named
  bool upto = false;
  bool together = false;
  bool lowest = false;
  SpanWords span;
};

// All syntax errors of the parts: kArgs, kBadValue, kLimit over kMaxUnits in the whole command.
Result<std::vector<PartParams>> parse_parts(const Arguments& arguments);

// One item to be: free, and not occupied yet.
struct Selected {
  OfferingPtr offering;
  Unit unit;
  Span span;
  Price price;
  std::uint32_t clients = 0;  // active clients the price was made for
};

// Called for an overdue hold that is in the way: gives its units back in this transaction, so that
// the unit is free afterwards.
using Expire = Result<void> (*)(Context& context, ReservationId reservation);

// Finds units and prices of all parts, in the order of the parts; writes nothing but what `expire`
// does (without it, for reads, an overdue hold is no obstacle). Call before the command writes.
// kNotFound, kClosed, kTaken, kSoldOut, kNotTogether, kBadValue for a unit named twice or a second
// currency, kLimit for amounts, kDenied for a past day unless the session is staff.
Result<std::vector<Selected>> select(Context& context, std::span<const PartParams> parts,
                                     Expire expire);

// kClosed naming the offering.
Result<void> require_open(const OfferingRow& offering);
// To customers an event is sold until it begins; at the door staff sell on. kClosed started=.
Result<void> require_not_begun(const Context& context, const OfferingRow& offering);
// Days that are over are the staff's to fill in: what happened is written down late. Today is not
// over until midnight, and who comes at 19:07 still gets the table of 19:00. kDenied.
Result<void> require_day(const Context& context, const OfferingRow& offering, Span span);

// kNotFound when the plan of the offering has no such type.
Result<void> require_type(const Offering& offering, std::string_view type);

// kPriceChanged, with both, when the total is not the expected one.
Result<void> require_price(Money expected, Money actual);

// The sum of the prices; kLimit over kMaxTotal.
Result<Money> total(std::span<const Selected> selected);

}  // namespace holdfast::engine
