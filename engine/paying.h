// Paying: what a payment means for its reservation. Asking the provider is in payments.h.
//
// A payment is two commands: one records that it is asked, one records the answer, and between them
// may lie seconds or a crash. Meanwhile the hold cannot expire and the reservation cannot be
// released, cancelled, checked out or paid again. Money never disappears: what was paid and cannot
// be used is `refund_due`, with its amount.

#pragma once

#include <optional>
#include <string_view>

#include "engine/payments.h"
#include "engine/reservations.h"

namespace holdfast::engine {

// Records a payment of all that is due, and asks the provider once that is durable. An expired
// reservation is reinstated first: kClosed or kDenied where HOLD would not sell it now, kTaken when
// its units are gone. A hold that owes nothing is
// confirmed at once: then there is nothing to ask (false). kState when nothing is due otherwise.
Result<bool> begin_payment(Context& context, Reservation& reservation, std::string_view token);

// Records the provider's answer, whatever has become of the reservation meanwhile. Approved: a hold
// is confirmed, an expired one reinstated if its units are free. Declined: a hold stays as it was,
// with the deadline it had. Returns the reservation afterwards; nothing when this payment has its
// answer already. When the payer is to be refused, context.refusal is set: kDeclined, or kTaken
// with refund=.
Result<std::optional<Reservation>> complete_payment(Context& context, const PaymentAnswer& answer);

// The provider's transaction id of the newest approved payment; empty if there is none.
Result<std::string> transaction_of(Transaction& txn, const ReservationRow& row);

}  // namespace holdfast::engine
