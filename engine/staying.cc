#include "engine/staying.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/history.h"
#include "engine/limits.h"
#include "engine/pricing.h"

namespace holdfast::engine {

namespace {

// The day of leaving of one item in nights.
Result<std::int32_t> leaving_day(Context& context, const OfferingRow& offering, const Item& item,
                                 std::optional<std::int32_t> day) {
  const std::int32_t today = TRY(local_day(context.now, offering.zone));
  const std::int32_t begin = item.row.span.from;
  const std::int32_t end = item.row.span.to;
  if (day && *day < begin) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("item {} begins on {}", item.number,
                                                               format_date(begin)))
                               .with("date", format_date(*day))
                               .with("checkin", format_date(begin))
                               .with("item", std::to_string(item.number)));
  }
  if (day && *day > end) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("item {} was booked until {} only",
                                                               item.number, format_date(end)))
                               .with("date", format_date(*day))
                               .with("item", std::to_string(item.number)));
  }
  if (day && *day < today && !is_staff(context.session)) {
    return std::unexpected(Status(Code::kDenied, "only staff may check out to a day in the past")
                               .with("date", format_date(*day))
                               .with("today", format_date(today)));
  }
  return std::min(day.value_or(today), end);
}

// Cuts an item in nights to what was used of it, and bills that.
Result<void> bill_item(Context& context, Item& item, std::optional<std::int32_t> day) {
  const auto offering = TRY(context.catalog.offering(context.txn, OfferingId{item.row.offering}));
  if (offering->row.axis != Axis::kNights) return {};
  const std::int32_t leaving = TRY(leaving_day(context, offering->row, item, day));
  Span& span = item.row.span;
  span.to = std::max(leaving, span.from + 1);
  const Money bill = TRY(price_quanta(Money{item.row.rate_minor}, span.length()));
  item.row.price_minor = bill.minor;
  return {};
}

}  // namespace

Result<bool> check_in(Context& context, Reservation& reservation) {
  ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kCheckedIn) return false;
  if (row.status != ReservationStatus::kConfirmed) return wrong_status(reservation, "confirmed");
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

}  // namespace holdfast::engine
