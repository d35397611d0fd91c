#include "engine/history.h"

namespace holdfast::engine {

Result<void> record_event(Context& context, Reservation& reservation, HistoryEvent event,
                          std::int64_t minor) {
  const bool by_itself = event == HistoryEvent::kExpired;
  const HistoryRow row{.event = event,
                       .time_us = context.now.us,
                       .actor = by_itself ? 0 : context.session.account.value,
                       .minor = minor};
  ++reservation.row.events;
  const Key key = Key().u64(reservation.id.value).u32(reservation.row.events);
  return put_row(context.txn, kHistory, key.view(), row);
}

Result<std::vector<HistoryRow>> read_history(Transaction& txn, ReservationId id,
                                             std::uint32_t after, std::size_t most) {
  std::vector<HistoryRow> events;
  const Key prefix = Key().u64(id.value);
  const auto cursor = TRY(txn.scan(kHistory));
  bool more = TRY(cursor->seek(Key().u64(id.value).u32(after + 1).view()));
  while (more && events.size() < most && cursor->key().starts_with(prefix.view())) {
    events.push_back(TRY(storage::decode<HistoryRow>(cursor->value())));
    more = TRY(cursor->next());
  }
  return events;
}

std::string_view word(HistoryEvent event) {
  switch (event) {
    case HistoryEvent::kHeld:
      return "held";
    case HistoryEvent::kConfirmed:
      return "confirmed";
    case HistoryEvent::kExtended:
      return "extended";
    case HistoryEvent::kReleased:
      return "released";
    case HistoryEvent::kExpired:
      return "expired";
    case HistoryEvent::kPayAsked:
      return "pay_asked";
    case HistoryEvent::kPaid:
      return "paid";
    case HistoryEvent::kDeclined:
      return "declined";
    case HistoryEvent::kCancelled:
      return "cancelled";
    case HistoryEvent::kItemsCancelled:
      return "items_cancelled";
    case HistoryEvent::kCheckedIn:
      return "checked_in";
    case HistoryEvent::kCheckedOut:
      return "checked_out";
    case HistoryEvent::kReinstated:
      return "reinstated";
    case HistoryEvent::kRefundDue:
      return "refund_due";
    case HistoryEvent::kEnded:
      return "ended";
    case HistoryEvent::kNoShow:
      return "no_show";
    case HistoryEvent::kMoved:
      return "moved";
  }
  return "unknown";
}

}  // namespace holdfast::engine
