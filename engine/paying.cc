#include "engine/paying.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/catalog.h"
#include "engine/history.h"
#include "engine/holding.h"
#include "engine/locator.h"

namespace holdfast::engine {

namespace {

bool may_owe(ReservationStatus status) {
  return is_live(status) || status == ReservationStatus::kCompleted;
}

// The token is sealed under the payer; on the admin socket nobody is logged in.
Result<PersonId> sealing_person(Context& context) {
  if (context.session.person != PersonId{}) return context.session.person;
  return context.txn.add_person();
}

// Under which person the token is kept, so that erasing it is sealed the same way.
Result<PaymentId> record_asked(Context& context, const Reservation& reservation,
                               std::string_view token) {
  const PaymentId number{TRY(next_number(context.txn, "payment"))};
  const PersonId person = TRY(sealing_person(context));
  const Key key = Key().u64(number.value);
  const PaymentRow payment{.reservation = reservation.id.value,
                           .minor = due_minor(reservation.row),
                           .currency = reservation.row.currency,
                           .state = ChargeState::kAsked,
                           .transaction = {},
                           .person = person.value,
                           .asked_us = context.now.us,
                           .answered_us = 0};
  TRY(put_row(context.txn, kPayments, key.view(), payment));
  PendingPaymentRow pending{.token = std::string(token)};
  if (context.key) {
    pending.id = context.key->token;
    pending.account = context.key->account.value;
    pending.digest = context.key->digest;
  }
  TRY(put_row(context.txn, kPendingPayments, key.view(), pending, person));
  return number;
}

Result<std::optional<RequestKey>> find_request(Transaction& txn, PaymentId number,
                                               const PaymentRow& payment) {
  const Key key = Key().u64(number.value);
  const auto pending = TRY(get_row<PendingPaymentRow>(txn, kPendingPayments, key.view()));
  if (pending) return request_key(*pending, payment);
  return error(Code::kCorruption, fmt::format("payment {} is asked and not pending", number.value));
}

Result<void> record_answered(Context& context, PaymentId number, PaymentRow& payment,
                             const ChargeAnswer& answer) {
  const Key key = Key().u64(number.value);
  payment.state = answer.approved ? ChargeState::kApproved : ChargeState::kDeclined;
  payment.transaction = answer.transaction;
  payment.answered_us = context.now.us;
  TRY(put_row(context.txn, kPayments, key.view(), payment));
  return context.txn.erase(kPendingPayments, key.view(), PersonId{payment.person});
}

// Adds a reservation's money as it stands to a refusal.
Status with_money(Status status, const Context& context, const Reservation& reservation) {
  Status told = std::move(status)
                    .with("locator", context.locators.format(reservation.id))
                    .with("status", std::string(word(reservation.row.status)))
                    .with("payment", std::string(word(reservation.row.payment)));
  const std::int64_t refund = refund_minor(reservation.row);
  if (refund == 0) return told;
  return std::move(told)
      .with("refund", std::to_string(refund))
      .with("currency", reservation.row.currency);
}

Result<void> decline(Context& context, Reservation& reservation, const PaymentRow& payment,
                     const ChargeAnswer& answer) {
  TRY(record_event(context, reservation, HistoryEvent::kDeclined, payment.minor));
  // While the provider was asked the deadline stood still; it may have come.
  if (is_overdue(reservation.row, context.now)) {
    TRY(expire(context, reservation));
  } else {
    TRY(save(context.txn, reservation));
  }
  Status refused(Code::kDeclined, fmt::format("the payment was declined: {}", answer.reason));
  Status told = with_money(std::move(refused), context, reservation);
  if (reservation.row.status == ReservationStatus::kHeld) {
    const std::string until = storage::format_utc({reservation.row.deadline_us});
    told = std::move(told).with("until", until);
  }
  context.refusal = std::move(told);
  return {};
}

// Brings the money and the reservation together: kTaken or kClosed tell that it cannot be confirmed
// and has become a refund.
Result<void> use_money(Context& context, Reservation& reservation) {
  if (reservation.row.status == ReservationStatus::kExpired) {
    TRY(reinstate(context, reservation));
  }
  if (reservation.row.status != ReservationStatus::kHeld) return {};
  reservation.row.status = ReservationStatus::kConfirmed;
  TRY(mark_booked(context, reservation));
  return record_event(context, reservation, HistoryEvent::kConfirmed, reservation.row.total_minor);
}

Result<void> approve(Context& context, Reservation& reservation, PaymentId number,
                     const PaymentRow& payment) {
  ReservationRow& row = reservation.row;
  row.paid_minor += payment.minor;
  row.last_payment = number.value;
  TRY(record_event(context, reservation, HistoryEvent::kPaid, payment.minor));
  std::optional<Status> unusable;
  if (auto used = use_money(context, reservation); !used) {
    const Code code = used.error().code();
    if (code != Code::kTaken && code != Code::kClosed) return used;
    unusable = std::move(used).error();
  }
  const std::int64_t refund = refund_minor(row);
  if (refund > 0) TRY(record_event(context, reservation, HistoryEvent::kRefundDue, refund));
  TRY(save(context.txn, reservation));
  if (unusable) context.refusal = with_money(std::move(*unusable), context, reservation);
  return {};
}

}  // namespace

Result<bool> begin_payment(Context& context, Reservation& reservation, std::string_view token) {
  TRY(require_not_asked(reservation));
  ReservationRow& row = reservation.row;
  if (row.status == ReservationStatus::kExpired) {
    TRY(require_sold_now(context, reservation));
    TRY(reinstate(context, reservation));
  }
  if (!may_owe(row.status)) return wrong_status(reservation, "held or confirmed");
  const std::int64_t due = due_minor(row);
  if (due == 0) {
    if (row.status == ReservationStatus::kHeld) {
      TRY(confirm_hold(context, reservation));
      return false;
    }
    return std::unexpected(Status(Code::kState, "nothing is due")
                               .with("status", std::string(word(row.status)))
                               .with("payment", std::string(word(row.payment))));
  }
  const PaymentId number = TRY(record_asked(context, reservation, token));
  row.pending_payment = number.value;
  TRY(record_event(context, reservation, HistoryEvent::kPayAsked, due));
  TRY(save(context.txn, reservation));
  Charge charge{number, Money{due}, row.currency, std::string(token)};
  context.after_commit.emplace_back(
      [&payments = context.payments, charge = std::move(charge),
       session = context.session.id](Seq seq) { payments.ask(charge, session, seq); });
  return true;
}

Result<std::optional<Reservation>> complete_payment(Context& context, const PaymentAnswer& answer) {
  const PaymentId number = answer.number;
  auto payment = TRY(get_row<PaymentRow>(context.txn, kPayments, Key().u64(number.value).view()));
  if (!payment) {
    return error(Code::kCorruption, fmt::format("payment {} has no row", number.value));
  }
  // Nobody's answer but that of the request that asked: it may be of another run of the server.
  context.key.reset();
  if (payment->state != ChargeState::kAsked) return std::optional<Reservation>();
  context.key = TRY(find_request(context.txn, number, *payment));
  auto reservation = TRY(load_reservation(context.txn, ReservationId{payment->reservation}));
  if (!reservation) {
    return error(Code::kCorruption, fmt::format("payment {} has no reservation", number.value));
  }
  TRY(record_answered(context, number, *payment, answer.answer));
  if (reservation->row.pending_payment == number.value) reservation->row.pending_payment = 0;
  if (answer.answer.approved) {
    TRY(approve(context, *reservation, number, *payment));
  } else {
    TRY(decline(context, *reservation, *payment, answer.answer));
  }
  return reservation;
}

Result<std::string> transaction_of(Transaction& txn, const ReservationRow& row) {
  if (row.last_payment == 0) return std::string();
  const auto payment = TRY(get_row<PaymentRow>(txn, kPayments, Key().u64(row.last_payment).view()));
  return payment ? payment->transaction : std::string();
}

}  // namespace holdfast::engine
