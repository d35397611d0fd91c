#include "engine/deadlines.h"

#include <vector>

#include "engine/reservations.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

// Listed first: moving writes, and a cursor does not survive that.
Result<std::vector<ReservationId>> list_holds(Transaction& txn) {
  std::vector<ReservationId> holds;
  const auto deadlines = TRY(txn.scan(kDeadlines));
  bool more = TRY(deadlines->seek(""));
  for (; more; more = TRY(deadlines->next())) {
    KeyReader key(deadlines->key());
    key.time();
    holds.push_back({key.u64()});
    if (!key.ok()) return error(Code::kCorruption, "key of a deadline does not decode");
  }
  return holds;
}

Result<std::vector<ReservationId>> list_asked(Transaction& txn) {
  std::vector<PaymentId> payments;
  {
    const auto pending = TRY(txn.scan(kPendingPayments));
    bool more = TRY(pending->seek(""));
    for (; more; more = TRY(pending->next())) {
      payments.push_back({KeyReader(pending->key()).u64()});
    }
  }
  std::vector<ReservationId> asked;
  for (const PaymentId number : payments) {
    const auto row = TRY(get_row<PaymentRow>(txn, kPayments, Key().u64(number.value).view()));
    if (row) asked.push_back({row->reservation});
  }
  return asked;
}

}  // namespace

Result<std::size_t> move_deadlines(Context& context, Duration step) {
  std::vector<ReservationId> holds = TRY(list_holds(context.txn));
  const std::vector<ReservationId> asked = TRY(list_asked(context.txn));
  holds.insert(holds.end(), asked.begin(), asked.end());
  std::size_t moved = 0;
  for (const ReservationId id : holds) {
    auto reservation = TRY(load_reservation(context.txn, id));
    if (!reservation || reservation->row.status != ReservationStatus::kHeld) continue;
    reservation->row.deadline_us += step.us;
    reservation->row.hold_cap_us += step.us;
    TRY(save(context.txn, *reservation));
    ++moved;
  }
  return moved;
}

}  // namespace holdfast::engine
