// WHY. See look.h.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/blocks.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/commands/look.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/occupancy.h"
#include "engine/offering_record.h"
#include "engine/reservations.h"

namespace holdfast::engine {

namespace {

struct WhyParams {
  std::string_view offering;
  std::string_view unit;
  SpanWords span;
};

Result<WhyParams> parse_why(const Arguments& arguments) {
  return WhyParams{.offering = arguments.positional(0),
                   .unit = arguments.positional(1),
                   .span = {.legs = arguments.option("legs"),
                            .nights = arguments.option("nights"),
                            .at = arguments.option("at")}};
}

// What takes the unit, in order of time; of a span, or at all.
Result<std::vector<Occupied>> list_taken(Context& context, const Offering& offering, Unit unit,
                                         std::optional<Span> span) {
  std::vector<Occupied> taken;
  TRY(for_each_occupied(
      context.txn, offering.id, span,
      [&](const Occupied& occupied) {
        if (occupied.unit == unit) taken.push_back(occupied);
        return occupied.unit == unit && taken.size() <= kMaxListing;
      },
      unit));
  if (taken.size() <= kMaxListing) return taken;
  return error(Code::kLimit,
               fmt::format("unit \"{}\" is taken more than {} times, ask with {}=",
                           offering.plan->label(unit), kMaxListing, span_name(offering.row.axis)));
}

// Whose it is, and the reason of a block, are for staff to know.
Result<void> add_for_staff(Context& context, const Offering& offering, const Occupied& occupied,
                           Record& row) {
  if (!is_staff(context.session)) return {};
  const ReservationId reservation{occupied.row.reservation};
  if (reservation) {
    row.add("locator", context.locators.format(reservation));
    return {};
  }
  const auto block = TRY(find_block(context.txn, offering.id, occupied.unit, occupied.span.from));
  if (block) row.add("reason", std::string_view(block->reason));
  return {};
}

Result<Reply> run_why(Context& context, const WhyParams& params) {
  const OfferingPtr offering = TRY(find_offering(context, params.offering));
  const Unit unit = TRY(offering->plan->unit(params.unit));
  std::optional<Span> span;
  if (offering->row.axis == Axis::kEvent || params.span.given()) {
    span = TRY(parse_span(offering->row, params.span));
  }
  UnitState state = UnitState::kFree;
  List rows;
  for (const Occupied& occupied : TRY(list_taken(context, *offering, unit, span))) {
    const auto until = TRY(held_until(context.txn, occupied));
    if (until && *until <= context.now) continue;  // over: whoever asks for it gets it
    state = std::max(state, occupied.row.state);
    Record row;
    add_span(row, offering->row, occupied.span);
    row.add("state", word(occupied.row.state));
    if (until) row.add("until", storage::format_utc(*until));
    TRY(add_for_staff(context, *offering, occupied, row));
    rows.emplace_back(std::move(row));
  }
  Record record;
  record.add("offering", std::string_view(offering->row.name));
  record.add("sale", offering->row.open ? "open" : "closed");
  record.add("unit", params.unit);
  record.add("type", offering->plan->type(unit));
  if (span) add_span(record, offering->row, *span);
  record.add("state", word(state));
  if (!rows.empty()) record.add("taken", std::move(rows));
  return Reply{.value = std::move(record), .layout = Layout::kExpanded};
}

}  // namespace

Result<Outcome> why_command(Context& context, Arguments& arguments) {
  return handle<parse_why, run_why>(context, arguments);
}

}  // namespace holdfast::engine
