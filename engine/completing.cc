#include "engine/completing.h"

#include <set>

#include "engine/calendar.h"
#include "engine/history.h"
#include "engine/reservations.h"

namespace holdfast::engine {

namespace {

bool is_over(Axis axis, Span span, std::int32_t day) {
  const auto last = last_day(axis, span);
  return last && *last < day;
}

// Listed first: completing writes, and a cursor does not survive that.
Result<std::set<ReservationId>> list_over(Context& context, const Offering& offering,
                                          std::int32_t day) {
  std::set<ReservationId> over;
  const Key prefix = Key().u32(offering.id.value);
  const auto cursor = TRY(context.txn.scan(kOccupancy));
  bool more = TRY(cursor->seek(prefix.view()));
  while (more && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u32();
    const std::uint32_t unit = key.u32();
    const std::int32_t from = key.i32();
    if (!key.ok()) return error(Code::kCorruption, "occupied span has a malformed key");
    const auto row = TRY(storage::decode<OccupancyRow>(cursor->value()));
    if (is_over(offering.row.axis, {from, row.to}, day)) {
      const ReservationId occupant{row.reservation};
      if (occupant) over.insert(occupant);  // a block is nobody's: it ends by UNBLOCK
      more = TRY(cursor->next());
    } else {
      // Spans of a unit do not overlap: whatever follows of it ends later still.
      more = TRY(cursor->seek(Key().u32(offering.id.value).u32(unit + 1).view()));
    }
  }
  return over;
}

Result<bool> may_complete(Context& context, const Reservation& reservation, std::int32_t day) {
  const ReservationRow& row = reservation.row;
  const bool stays =
      row.status == ReservationStatus::kConfirmed || row.status == ReservationStatus::kCheckedIn;
  if (!stays || row.pending_payment != 0) return false;
  for (const Item& item : reservation.items) {
    if (!item.row.live) continue;
    const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
    if (!is_over(offering->row.axis, item.row.span, day)) return false;
  }
  return true;
}

Result<void> complete(Context& context, Reservation& reservation) {
  TRY(give_back_all(context, reservation));
  reservation.row.status = ReservationStatus::kCompleted;
  reservation.row.ended_us = context.now.us;
  TRY(record_event(context, reservation, HistoryEvent::kEnded, reservation.row.total_minor));
  return save(context.txn, reservation);
}

}  // namespace

Result<Completed> complete_past(Context& context, const Offering& offering, std::int32_t day,
                                std::size_t most) {
  Completed completed;
  for (const ReservationId id : TRY(list_over(context, offering, day))) {
    auto reservation = TRY(load_reservation(context.txn, id));
    if (!reservation) {
      return error(Code::kCorruption, "an occupied span names a reservation that is not there");
    }
    if (!TRY(may_complete(context, *reservation, day))) continue;
    completed.more =
        completed.reservations == most || context.unit_changes.size() >= kMaxExpiredItems;
    if (completed.more) break;
    TRY(complete(context, *reservation));
    ++completed.reservations;
  }
  return completed;
}

}  // namespace holdfast::engine
