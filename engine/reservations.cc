#include "engine/reservations.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/activity.h"
#include "engine/holding.h"
#include "engine/locator.h"
#include "engine/occupancy.h"

namespace holdfast::engine {

namespace {

Result<Reservation> find_visible(Context& context, ReservationId id) {
  auto found = TRY(load_reservation(context.txn, id));
  const Session& session = context.session;
  const bool own = found && session.account && found->row.account == session.account.value;
  const bool visible = own || (found && is_staff(session));
  if (!visible) {
    // Somebody else's is answered exactly as one that does not exist.
    return error(Code::kNotFound,
                 fmt::format("no reservation \"{}\"", context.locators.format(id)));
  }
  return std::move(*found);
}

// Once committed, whoever held the unit is no active client by it any more.
void end_hold(Context& context, const Reservation& reservation, OfferingId offering) {
  context.after_commit.emplace_back([&activity = context.activity, id = reservation.id,
                                     offering](Seq) { activity.leave(id, offering); });
}

}  // namespace

bool wants_deadline_row(const ReservationRow& row) {
  return row.status == ReservationStatus::kHeld && row.pending_payment == 0;
}

PaymentStatus settled(const ReservationRow& row) {
  if (row.pending_payment != 0) return PaymentStatus::kPending;
  if (refund_minor(row) > 0) return PaymentStatus::kRefundDue;
  if (due_minor(row) > 0) {
    // A hold owes nothing yet: it can still be let go.
    const bool held = row.status == ReservationStatus::kHeld;
    return held ? PaymentStatus::kNone : PaymentStatus::kPending;
  }
  return row.paid_minor > 0 ? PaymentStatus::kPaid : PaymentStatus::kNone;
}

Result<std::optional<Reservation>> load_reservation(Transaction& txn, ReservationId id) {
  const Key prefix = Key().u64(id.value);
  const auto row = TRY(get_row<ReservationRow>(txn, kReservations, prefix.view()));
  if (!row) return std::optional<Reservation>();

  Reservation reservation{.id = id, .row = *row, .items = {}, .deadline_index = {}};
  if (wants_deadline_row(*row)) reservation.deadline_index = Time{row->deadline_us};
  reservation.items.reserve(row->items);
  const auto cursor = TRY(txn.scan(kItems));
  bool more = TRY(cursor->seek(prefix.view()));
  while (more && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u64();
    Item item{.number = key.u16(), .row = {}};
    item.row = TRY(storage::decode<ItemRow>(cursor->value()));
    reservation.items.push_back(item);
    more = TRY(cursor->next());
  }
  if (reservation.items.size() != row->items) {
    return error(Code::kCorruption, fmt::format("reservation {} has {} items, its row says {}",
                                                id.value, reservation.items.size(), row->items));
  }
  return std::optional(std::move(reservation));
}

Result<void> save(Transaction& txn, Reservation& reservation) {
  ReservationRow& row = reservation.row;
  row.payment = settled(row);
  TRY(put_row(txn, kReservations, Key().u64(reservation.id.value).view(), row));

  std::optional<Time> wanted;
  if (wants_deadline_row(row)) wanted = Time{row.deadline_us};
  if (wanted == reservation.deadline_index) return {};
  const auto key = [&](Time time) { return Key().time(time).u64(reservation.id.value); };
  if (reservation.deadline_index) {
    TRY(txn.erase(kDeadlines, key(*reservation.deadline_index).view()));
  }
  if (wanted) TRY(txn.put(kDeadlines, key(*wanted).view(), ""));
  reservation.deadline_index = wanted;
  return {};
}

Result<void> put_item(Transaction& txn, const Reservation& reservation, const Item& item) {
  const Key key = Key().u64(reservation.id.value).u16(item.number);
  return put_row(txn, kItems, key.view(), item.row);
}

Result<Reservation> find_for_change(Context& context, ReservationId id) {
  Reservation reservation = TRY(find_visible(context, id));
  if (is_overdue(reservation.row, context.now)) TRY(expire(context, reservation));
  return reservation;
}

Result<Reservation> find_for_reading(Context& context, ReservationId id) {
  Reservation reservation = TRY(find_visible(context, id));
  show_expired(reservation.row, context.now);
  return reservation;
}

bool is_overdue(const ReservationRow& row, Time now) {
  return wants_deadline_row(row) && row.deadline_us <= now.us;
}

void show_expired(ReservationRow& row, Time now) {
  if (!is_overdue(row, now)) return;
  row.status = ReservationStatus::kExpired;
  row.ended_us = row.deadline_us;
  row.payment = settled(row);
}

Result<void> require_held(const Reservation& reservation) {
  if (reservation.row.status == ReservationStatus::kHeld) return {};
  return wrong_status(reservation, "held");
}

Result<void> require_not_asked(const Reservation& reservation) {
  if (reservation.row.pending_payment == 0) return {};
  return std::unexpected(
      Status(Code::kState, "a payment is being asked for").with("payment", "pending"));
}

std::unexpected<Status> wrong_status(const Reservation& reservation, std::string_view wanted) {
  const ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kExpired) {
    const std::string when = storage::format_utc({row.ended_us});
    return std::unexpected(Status(Code::kExpired, "the hold has expired").with("expired", when));
  }
  const std::string status(word(row.status));
  return std::unexpected(
      Status(Code::kState, fmt::format("the reservation is {}, not {}", status, wanted))
          .with("status", status));
}

std::int64_t owed_minor(const ReservationRow& row) {
  // Who did not come gets nothing back and is asked for nothing more.
  if (row.status == ReservationStatus::kNoShow) return std::min(row.paid_minor, row.total_minor);
  const bool owes = is_live(row.status) || row.status == ReservationStatus::kCompleted;
  return owes ? row.total_minor : 0;
}

std::int64_t due_minor(const ReservationRow& row) {
  return std::max<std::int64_t>(owed_minor(row) - row.paid_minor, 0);
}

std::int64_t refund_minor(const ReservationRow& row) {
  return std::max<std::int64_t>(row.paid_minor - owed_minor(row), 0);
}

bool is_staff(const Session& session) {
  return session.role >= Role::kAgent;
}

Result<void> occupy(Context& context, const Reservation& reservation, const Item& item,
                    UnitState state) {
  const ItemRow& row = item.row;
  const OfferingId offering{row.offering};
  const Unit unit{row.unit};
  TRY(take(context.txn, offering, unit, row.span, reservation.id, item.number, state));
  context.unit_changes.push_back({offering, unit, row.span, state});
  if (state != UnitState::kHeld) return {};
  context.after_commit.emplace_back([&activity = context.activity, &session = context.session,
                                     id = reservation.id,
                                     offering](Seq) { activity.enter(session, id, offering); });
  return {};
}

Result<void> mark_booked(Context& context, const Reservation& reservation) {
  for (const Item& item : reservation.items) {
    const ItemRow& row = item.row;
    if (!row.live) continue;
    const OfferingId offering{row.offering};
    const Unit unit{row.unit};
    const UnitState before =
        TRY(set_state(context.txn, offering, unit, row.span.from, UnitState::kBooked));
    context.unit_changes.push_back({offering, unit, row.span, UnitState::kBooked, before});
    end_hold(context, reservation, offering);
  }
  return {};
}

Result<void> give_back(Context& context, const Reservation& reservation, const Item& item) {
  const ItemRow& row = item.row;
  const OfferingId offering{row.offering};
  const Unit unit{row.unit};
  const UnitState before = TRY(release(context.txn, offering, unit, row.span.from));
  context.unit_changes.push_back({offering, unit, row.span, UnitState::kFree, before});
  end_hold(context, reservation, offering);
  return {};
}

Result<void> give_back_all(Context& context, const Reservation& reservation) {
  for (const Item& item : reservation.items) {
    if (item.row.live) TRY(give_back(context, reservation, item));
  }
  return {};
}

}  // namespace holdfast::engine
