// ReservationRecord: a reservation as replies show it.

#pragma once

#include "engine/reply.h"
#include "engine/reservations.h"

namespace holdfast::engine {

// locator, status, payment; until= while held; total, currency, and of paid, due, refund and
// transaction what there is; items, each with offering, unit, span, price and `state=cancelled`
// once it is.
Result<Record> reservation_record(Context& context, const Reservation& reservation);

// The same with whose it is, as LIST tells it: to staff the account, the guest, how many persons.
Result<Record> listed_reservation_record(Context& context, const Reservation& reservation);

// The same with what only SHOW tells: created, ended, guest, note, party, and to staff the account.
Result<Record> full_reservation_record(Context& context, const Reservation& reservation);

// The document of a confirmed reservation: holder, transaction, whether it is paid or what is due,
// and its live items, each with a serial of its own. kState before it is confirmed and after it is
// cancelled.
Result<Record> ticket_record(Context& context, const Reservation& reservation);

// The unique number of a ticket's item, the same each time it is issued.
std::int64_t ticket_serial(ReservationId reservation, std::uint16_t item);

}  // namespace holdfast::engine
