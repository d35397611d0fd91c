#include "engine/moving.h"

#include <fmt/format.h>

#include <string>

#include "engine/catalog.h"
#include "engine/history.h"
#include "engine/holding.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/pricing.h"

namespace holdfast::engine {

namespace {

Result<Item*> live_item(Reservation& reservation, std::uint16_t number) {
  if (number > reservation.items.size()) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("the reservation has items 1 to {}, "
                                                               "not {}",
                                                               reservation.items.size(), number))
                               .with("item", std::to_string(number)));
  }
  Item& item = reservation.items[number - 1u];
  if (item.row.live) return &item;
  return std::unexpected(Status(Code::kState, fmt::format("item {} is cancelled", number))
                             .with("item", std::to_string(number)));
}

// Out of the old place and into the new one, which may overlap. Who is active is not touched: a
// hold stays whose it was.
Result<void> change_place(Context& context, const Reservation& reservation, Item& item, Unit unit,
                          Span span) {
  ItemRow& row = item.row;
  const OfferingId offering{row.offering};
  const bool held = reservation.row.status == ReservationStatus::kHeld;
  const UnitState state = held ? UnitState::kHeld : UnitState::kBooked;
  const UnitState before = TRY(release(context.txn, offering, Unit{row.unit}, row.span.from));
  context.unit_changes.push_back({offering, Unit{row.unit}, row.span, UnitState::kFree, before});
  TRY(require_free(context, offering, unit, span));
  TRY(take(context.txn, offering, unit, span, reservation.id, item.number, state));
  context.unit_changes.push_back({offering, unit, span, state});
  row.unit = unit.value;
  row.span = span;
  return {};
}

}  // namespace

Result<bool> move_item(Context& context, Reservation& reservation, std::uint16_t number,
                       const Destination& to) {
  ReservationRow& row = reservation.row;
  const bool movable = row.status == ReservationStatus::kHeld ||
                       row.status == ReservationStatus::kConfirmed ||
                       row.status == ReservationStatus::kCheckedIn;
  if (!movable) return wrong_status(reservation, "held, confirmed or checked in");
  TRY(require_not_asked(reservation));
  Item& item = *TRY(live_item(reservation, number));
  const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
  const Unit unit = to.unit ? TRY(offering->plan->unit(*to.unit)) : Unit{item.row.unit};
  const Span span = to.span.given() ? TRY(parse_span(offering->row, to.span)) : item.row.span;
  if (unit.value == item.row.unit && span == item.row.span) return false;

  const std::int64_t refund_before = refund_minor(row);
  TRY(change_place(context, reservation, item, unit, span));
  const Money price = TRY(price_quanta(Money{item.row.rate_minor}, quanta(offering->row, span)));
  row.total_minor += price.minor - item.row.price_minor;
  if (row.total_minor > kMaxTotal) {
    return error(Code::kLimit,
                 fmt::format("the total would be {}, over {}", row.total_minor, kMaxTotal));
  }
  item.row.price_minor = price.minor;
  TRY(put_item(context.txn, reservation, item));
  TRY(record_event(context, reservation, HistoryEvent::kMoved, price.minor));
  const std::int64_t refund = refund_minor(row);
  if (refund > refund_before) {
    TRY(record_event(context, reservation, HistoryEvent::kRefundDue, refund));
  }
  TRY(save(context.txn, reservation));
  return true;
}

}  // namespace holdfast::engine
