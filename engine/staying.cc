#include "engine/staying.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/history.h"
#include "engine/limits.h"
#include "engine/pricing.h"

namespace holdfast::engine {

namespace {

// The day of leaving must lie within the stay: from the arrival of the first item in nights to the
// departure of the last one.
Result<void> require_within(Context& context, const Reservation& reservation,
                            std::optional<std::int32_t> named) {
  const Item* first = nullptr;
  const Item* last = nullptr;
  std::int32_t today = 0;
  for (const Item& item : reservation.items) {
    const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
    if (!item.row.live || offering->row.axis != Axis::kNights) continue;
    if (last == nullptr || item.row.span.to > last->row.span.to) last = &item;
    if (first != nullptr && item.row.span.from >= first->row.span.from) continue;
    first = &item;
    today = TRY(local_day(context.now, offering->row.zone));
  }
  if (first == nullptr) return {};
  const std::int32_t day = named.value_or(today);
  if (const std::int32_t begin = first->row.span.from; day < begin) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("item {} begins on {}",
                                                               first->number, format_date(begin)))
                               .with("date", format_date(day))
                               .with("checkin", format_date(begin))
                               .with("item", std::to_string(first->number)));
  }
  if (const std::int32_t end = last->row.span.to; named && day > end) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("item {} was booked until {} only",
                                                               last->number, format_date(end)))
                               .with("date", format_date(day))
                               .with("item", std::to_string(last->number)));
  }
  if (day < today && !is_staff(context.session)) {
    return std::unexpected(Status(Code::kDenied, "only staff may check out to a day in the past")
                               .with("date", format_date(day))
                               .with("today", format_date(today)));
  }
  return {};
}

// Cuts an item in nights to what was used of it, and bills that.
Result<void> bill_item(Context& context, Item& item, std::optional<std::int32_t> day) {
  const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
  if (offering->row.axis != Axis::kNights) return {};
  const std::int32_t today = TRY(local_day(context.now, offering->row.zone));
  Span& span = item.row.span;
  const std::int32_t leaving = std::min(day.value_or(today), span.to);
  span.to = std::max(leaving, span.from + 1);
  const Money bill = TRY(price_quanta(Money{item.row.rate_minor}, span.length()));
  item.row.price_minor = bill.minor;
  return {};
}

struct Wait {
  std::int32_t arrival = 0;
  std::int32_t today = 0;  // where the stay begins
};

// Nothing once the first day of what has days has come.
Result<std::optional<Wait>> days_to_wait(Context& context, const Reservation& reservation) {
  std::optional<Wait> first;
  for (const Item& item : reservation.items) {
    if (!item.row.live) continue;
    const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
    const auto day = first_day(offering->row.axis, item.row.span);
    if (!day || (first && *day >= first->arrival)) continue;
    first = Wait{*day, TRY(local_day(context.now, offering->row.zone))};
  }
  if (first && first->arrival <= first->today) first.reset();
  return first;
}

}  // namespace

Result<void> require_arrived(Context& context, const Reservation& reservation) {
  if (is_staff(context.session)) return {};
  const auto wait = TRY(days_to_wait(context, reservation));
  if (!wait) return {};
  return std::unexpected(Status(Code::kDenied, fmt::format("before {} only staff may check in",
                                                           format_date(wait->arrival)))
                             .with("checkin", format_date(wait->arrival))
                             .with("today", format_date(wait->today)));
}

Result<bool> check_in(Context& context, Reservation& reservation) {
  ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kCheckedIn) return false;
  if (row.status != ReservationStatus::kConfirmed) return wrong_status(reservation, "confirmed");
  TRY(require_arrived(context, reservation));
  row.status = ReservationStatus::kCheckedIn;
  TRY(record_event(context, reservation, HistoryEvent::kCheckedIn));
  TRY(save(context.txn, reservation));
  return true;
}

Result<bool> check_out(Context& context, Reservation& reservation,
                       std::optional<std::int32_t> day) {
  ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kCompleted) return false;
  if (row.status != ReservationStatus::kCheckedIn) return wrong_status(reservation, "checked in");
  TRY(require_not_asked(reservation));
  TRY(require_within(context, reservation, day));
  std::int64_t bill = 0;
  for (Item& item : reservation.items) {
    if (!item.row.live) continue;
    TRY(give_back(context, reservation, item));  // by its old span
    TRY(bill_item(context, item, day));
    TRY(put_item(context.txn, reservation, item));
    bill += item.row.price_minor;
  }
  if (bill > kMaxTotal) {
    return error(Code::kLimit, fmt::format("the bill {} is over {}", bill, kMaxTotal));
  }
  const std::int64_t refund_before = refund_minor(row);
  row.status = ReservationStatus::kCompleted;
  row.total_minor = bill;
  row.ended_us = context.now.us;
  TRY(record_event(context, reservation, HistoryEvent::kCheckedOut, bill));
  const std::int64_t refund = refund_minor(row);
  if (refund > refund_before) {
    TRY(record_event(context, reservation, HistoryEvent::kRefundDue, refund));
  }
  TRY(save(context.txn, reservation));
  return true;
}

Result<bool> mark_no_show(Context& context, Reservation& reservation) {
  ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kNoShow) return false;
  if (row.status != ReservationStatus::kConfirmed) return wrong_status(reservation, "confirmed");
  TRY(require_not_asked(reservation));
  if (const auto wait = TRY(days_to_wait(context, reservation))) {
    return std::unexpected(
        Status(Code::kState, fmt::format("it begins on {} only", format_date(wait->arrival)))
            .with("checkin", format_date(wait->arrival))
            .with("today", format_date(wait->today)));
  }
  TRY(give_back_all(context, reservation));
  row.status = ReservationStatus::kNoShow;
  row.ended_us = context.now.us;
  TRY(record_event(context, reservation, HistoryEvent::kNoShow, row.paid_minor));
  TRY(save(context.txn, reservation));
  return true;
}

}  // namespace holdfast::engine
