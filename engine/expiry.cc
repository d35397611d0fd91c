#include "engine/expiry.h"

#include <fmt/format.h>

#include <vector>

#include "engine/holding.h"
#include "engine/reservations.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

struct Deadline {
  Time time;
  ReservationId reservation;
};

Result<Deadline> read_deadline(std::string_view bytes) {
  KeyReader key(bytes);
  const Time time = key.time();
  const ReservationId reservation{key.u64()};
  if (!key.ok()) return error(Code::kCorruption, "deadline has a malformed key");
  return Deadline{time, reservation};
}

// Listed first: expiring writes, and a cursor does not survive that.
Result<std::vector<Deadline>> list_due(Context& context, std::size_t most) {
  std::vector<Deadline> due;
  const auto cursor = TRY(context.txn.scan(kDeadlines));
  bool more = TRY(cursor->seek(""));
  while (more && due.size() < most) {
    const Deadline deadline = TRY(read_deadline(cursor->key()));
    if (deadline.time > context.now) break;
    due.push_back(deadline);
    more = TRY(cursor->next());
  }
  return due;
}

}  // namespace

Result<std::size_t> expire_due(Context& context, std::size_t most) {
  const auto due = TRY(list_due(context, most));
  std::size_t expired = 0;
  for (const Deadline& deadline : due) {
    if (expired > 0 && context.unit_changes.size() >= kMaxExpiredItems) break;
    auto reservation = TRY(load_reservation(context.txn, deadline.reservation));
    if (!reservation || reservation->deadline_index != deadline.time) {
      return error(Code::kCorruption, fmt::format("deadline of reservation {} is not its own",
                                                  deadline.reservation.value));
    }
    TRY(expire(context, *reservation));
    ++expired;
  }
  return expired;
}

Result<std::optional<Time>> next_deadline(Transaction& txn) {
  const auto cursor = TRY(txn.scan(kDeadlines));
  const bool any = TRY(cursor->seek(""));
  if (!any) return std::optional<Time>();
  const Deadline first = TRY(read_deadline(cursor->key()));
  return std::optional(first.time);
}

}  // namespace holdfast::engine
