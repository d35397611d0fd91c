#include "engine/holding.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/history.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/staying.h"

namespace holdfast::engine {

namespace {

// Deadlines are whole seconds, rounded up, so that `until=` says exactly when a hold ends.
Time deadline_after(Time now, Duration ttl) {
  constexpr std::int64_t kSecond = 1'000'000;
  return {(now.us + ttl.us + kSecond - 1) / kSecond * kSecond};
}

// The shortest of what the offerings say.
Duration shortest(std::span<const Selected> selected, std::int64_t OfferingRow::* seconds) {
  std::int64_t least = kMaxHoldSeconds;
  for (const Selected& item : selected) least = std::min(least, item.offering->row.*seconds);
  return Duration::seconds(least);
}

Result<Duration> hold_length(const Session& session, Duration usual, Duration cap,
                             std::optional<Duration> ttl) {
  if (!ttl) return std::min(usual, cap);
  const Duration most = is_staff(session) ? Duration::seconds(kMaxHoldSeconds) : cap;
  if (*ttl <= most) return *ttl;
  const std::string seconds = fmt::format("{}s", most.us / 1'000'000);
  return std::unexpected(Status(Code::kLimit, fmt::format("a hold lasts at most {} here", seconds))
                             .with("ttl", seconds));
}

Status pay_first(std::string_view offering) {
  return Status(Code::kDenied,
                fmt::format("offering \"{}\" wants payment first: HOLD, then PAY", offering))
      .with("offering", std::string(offering))
      .with("pay", "first");
}

Result<void> check_price(std::optional<Money> expected, Money actual) {
  if (!expected || *expected == actual) return {};
  return std::unexpected(Status(Code::kPriceChanged, "the price is not the expected one")
                             .with("expected", std::to_string(expected->minor))
                             .with("actual", std::to_string(actual.minor)));
}

Result<void> check_may_confirm(const Session& session, std::span<const Selected> selected,
                               Money sum) {
  if (is_staff(session) || sum.minor == 0) return {};
  for (const Selected& item : selected) {
    const OfferingRow& offering = item.offering->row;
    if (offering.pay == PayRule::kFirst) return std::unexpected(pay_first(offering.name));
  }
  return {};
}

Result<void> check_may_confirm(Context& context, const Reservation& reservation) {
  if (is_staff(context.session) || due_minor(reservation.row) == 0) return {};
  for (const Item& item : reservation.items) {
    if (!item.row.live) continue;
    const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
    if (offering->row.pay == PayRule::kFirst) return std::unexpected(pay_first(offering->row.name));
  }
  return {};
}

// The persons that the units of one offering and span seat together; nothing if one of them says
// nothing of it: a capacity of 1 is what a seat has, and a room that nobody gave one.
std::optional<std::uint32_t> capacity(std::span<const Selected> selected, const Selected& like) {
  std::uint32_t persons = 0;
  for (const Selected& item : selected) {
    if (item.offering->id != like.offering->id || item.span != like.span) continue;
    const std::uint16_t seats = item.offering->plan->capacity(item.unit);
    if (seats <= 1) return std::nullopt;
    persons += seats;
  }
  return persons;
}

// Staff may put one more chair.
Result<void> check_party(const Session& session, std::span<const Selected> selected,
                         std::uint16_t party_size) {
  if (is_staff(session)) return {};
  for (const Selected& item : selected) {
    const auto seats = capacity(selected, item);
    if (!seats || party_size <= *seats) continue;
    return std::unexpected(
        Status(Code::kLimit, fmt::format("a party of {} is more than the {} that these units of "
                                         "offering \"{}\" seat",
                                         party_size, *seats, item.offering->row.name))
            .with("offering", item.offering->row.name)
            .with("capacity", fmt::format("{}", *seats)));
  }
  return {};
}

ReservationStatus first_status(const Terms& terms) {
  if (!terms.confirmed) return ReservationStatus::kHeld;
  return terms.checked_in ? ReservationStatus::kCheckedIn : ReservationStatus::kConfirmed;
}

// Occupies the units and writes the rows of the items and their index.
Result<void> add_items(Context& context, Reservation& reservation,
                       std::span<const Selected> selected, UnitState state) {
  reservation.items.reserve(selected.size());
  for (const Selected& chosen : selected) {
    const auto number = static_cast<std::uint16_t>(reservation.items.size() + 1);
    const Item item{.number = number,
                    .row = {.offering = chosen.offering->id.value,
                            .unit = chosen.unit.value,
                            .span = chosen.span,
                            .price_minor = chosen.price.total.minor,
                            .rate_minor = chosen.price.rate.minor,
                            .clients = chosen.clients,
                            .live = true}};
    TRY(occupy(context, reservation, item, state));
    TRY(put_item(context.txn, reservation, item));
    const Key key = Key().u32(item.row.offering).u64(reservation.id.value).u16(number);
    TRY(context.txn.put(kByOffering, key.view(), ""));
    reservation.items.push_back(item);
  }
  reservation.row.items = static_cast<std::uint16_t>(selected.size());
  reservation.row.live_items = reservation.row.items;
  return {};
}

// kClosed for the items of an offering that was dropped.
Result<void> require_on_sale(Context& context, const Item& item) {
  const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
  if (!offering->row.dropped) return {};
  return std::unexpected(
      Status(Code::kClosed, fmt::format("offering \"{}\" was dropped", offering->row.name))
          .with("offering", offering->row.name));
}

}  // namespace

Result<Reservation> open_reservation(Context& context, std::span<const Selected> selected,
                                     const Terms& terms) {
  const Money sum = TRY(total(selected));
  TRY(check_price(terms.price, sum));
  if (terms.party_size != 0) TRY(check_party(context.session, selected, terms.party_size));
  if (terms.confirmed) TRY(check_may_confirm(context.session, selected, sum));
  const Duration cap = shortest(selected, &OfferingRow::hold_cap_seconds);
  const Duration usual = shortest(selected, &OfferingRow::hold_seconds);
  const Duration length = TRY(hold_length(context.session, usual, cap, terms.ttl));

  Reservation reservation;
  reservation.id = {TRY(next_number(context.txn, "reservation"))};
  ReservationRow& row = reservation.row;
  row.status = first_status(terms);
  row.account = terms.account.value_or(context.session.account).value;
  row.party = TRY(add_party(context, reservation.id, terms.party)).value;
  row.party_size = terms.party_size;
  row.currency = selected.front().offering->row.currency;
  row.total_minor = sum.minor;
  row.created_us = context.now.us;
  if (!terms.confirmed) {
    row.deadline_us = deadline_after(context.now, length).us;
    row.hold_cap_us = deadline_after(context.now, cap).us;
  }
  TRY(add_items(context, reservation, selected,
                terms.confirmed ? UnitState::kBooked : UnitState::kHeld));
  if (terms.checked_in) TRY(require_arrived(context, reservation));
  TRY(context.txn.put(kByAccount, Key().u32(row.account).u64(reservation.id.value).view(), ""));
  const auto event = terms.confirmed ? HistoryEvent::kConfirmed : HistoryEvent::kHeld;
  TRY(record_event(context, reservation, event, sum.minor));
  if (terms.checked_in) TRY(record_event(context, reservation, HistoryEvent::kCheckedIn));
  TRY(save(context.txn, reservation));
  return reservation;
}

Result<bool> extend_hold(Context& context, Reservation& reservation, Duration ttl) {
  TRY(require_held(reservation));
  TRY(require_not_asked(reservation));
  ReservationRow& row = reservation.row;
  const Time wanted = deadline_after(context.now, ttl);
  if (!is_staff(context.session) && wanted.us > row.hold_cap_us) {
    const std::string until = storage::format_utc({row.hold_cap_us});
    return std::unexpected(
        Status(Code::kLimit, fmt::format("this hold can last until {} at most", until))
            .with("until", until));
  }
  if (wanted.us <= row.deadline_us) return false;
  row.deadline_us = wanted.us;
  TRY(record_event(context, reservation, HistoryEvent::kExtended));
  TRY(save(context.txn, reservation));
  return true;
}

Result<bool> confirm_hold(Context& context, Reservation& reservation) {
  if (reservation.row.status == ReservationStatus::kConfirmed) return false;
  TRY(require_held(reservation));
  TRY(require_not_asked(reservation));
  TRY(check_may_confirm(context, reservation));
  reservation.row.status = ReservationStatus::kConfirmed;
  TRY(mark_booked(context, reservation));
  TRY(record_event(context, reservation, HistoryEvent::kConfirmed, reservation.row.total_minor));
  TRY(save(context.txn, reservation));
  return true;
}

Result<void> expire(Context& context, Reservation& reservation) {
  ReservationRow& row = reservation.row;
  row.status = ReservationStatus::kExpired;
  row.ended_us = row.deadline_us;
  TRY(give_back_all(context, reservation));
  TRY(record_event(context, reservation, HistoryEvent::kExpired));
  return save(context.txn, reservation);
}

Result<void> expire_overdue(Context& context, ReservationId id) {
  auto reservation = TRY(load_reservation(context.txn, id));
  if (!reservation || !is_overdue(reservation->row, context.now)) return {};
  return expire(context, *reservation);
}

Result<void> require_free(Context& context, OfferingId offering, Unit unit, Span span) {
  while (true) {
    const auto occupied = TRY(conflict(context.txn, offering, unit, span));
    if (!occupied) return {};
    auto other = TRY(load_reservation(context.txn, ReservationId{occupied->row.reservation}));
    if (!other || !is_overdue(other->row, context.now)) {
      const auto named = TRY(context.catalog.offering(context.txn, offering));
      return std::unexpected(TRY(taken(context.txn, *named, *occupied)));
    }
    TRY(expire(context, *other));
  }
}

Result<void> reinstate(Context& context, Reservation& reservation) {
  // All are looked at before any is taken: an approved payment whose units are gone goes on from
  // here to a refund, in the same batch.
  for (const Item& item : reservation.items) {
    if (!item.row.live) continue;
    TRY(require_on_sale(context, item));
    TRY(require_free(context, OfferingId{item.row.offering}, Unit{item.row.unit}, item.row.span));
  }
  for (const Item& item : reservation.items) {
    if (item.row.live) TRY(occupy(context, reservation, item, UnitState::kHeld));
  }
  reservation.row.status = ReservationStatus::kHeld;
  reservation.row.ended_us = 0;
  return record_event(context, reservation, HistoryEvent::kReinstated);
}

}  // namespace holdfast::engine
