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

Result<std::vector<HistoryRow>> read_history(Transaction& txn, ReservationId id) {
  std::vector<HistoryRow> events;
  const Key prefix = Key().u64(id.value);
  const auto cursor = TRY(txn.scan(kHistory));
  bool more = TRY(cursor->seek(prefix.view()));
  while (more && cursor->key().starts_with(prefix.view())) {
    events.push_back(TRY(storage::decode<HistoryRow>(cursor->value())));
    more = TRY(cursor->next());
  }
  return events;
}

}  // namespace holdfast::engine
