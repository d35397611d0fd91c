// Reservation: the record a customer holds, with its items, and what every step of its life-cycle
// shares. The steps themselves: holding.h, paying.h, cancelling.h, staying.h.
//
//          HOLD              PAY / CONFIRM          CHECKIN             CHECKOUT
//   (free) ----> HELD ----------------> CONFIRMED -----> CHECKED_IN -----> COMPLETED
//                 |  \ deadline             |
//         RELEASE |   `-----> EXPIRED       | CANCEL (all items, or some)
//                 v             | PAY       v
//             CANCELLED         `-> HELD   CANCELLED
//
// What always holds, and is kept here:
// - a live item occupies its span exactly while its reservation is HELD, CONFIRMED or CHECKED_IN;
// - kDeadlines has a row exactly while a reservation is HELD and no provider is being asked;
// - `payment` follows from status, total and paid (settle).
//
// Everything works inside the command's transaction: on any error the caller drops the batch.

#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/context.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Item {
  std::uint16_t number = 0;  // from 1, as people name it: items=1,3
  ItemRow row;
};

struct Reservation {
  ReservationId id;
  ReservationRow row;
  std::vector<Item> items;             // all of them, cancelled ones too, in order
  std::optional<Time> deadline_index;  // where kDeadlines has its row
};

// The reservation as stored; nothing if there is none.
Result<std::optional<Reservation>> load_reservation(Transaction& txn, ReservationId id);

// Writes the reservation's row (payment settled) and moves its row in kDeadlines. Items are rows of
// their own: put_item.
Result<void> save(Transaction& txn, Reservation& reservation);
Result<void> put_item(Transaction& txn, const Reservation& reservation, const Item& item);

// The reservation of a locator, for a command of `context.session`: kNotFound when there is none or
// it belongs to somebody else and the session is not an agent's. An overdue hold is expired first,
// in the same batch.
Result<Reservation> find_for_change(Context& context, ReservationId id);
// The same for a command that writes nothing: an overdue hold is only shown as expired.
Result<Reservation> find_for_reading(Context& context, ReservationId id);

// The deadline has come. At the deadline itself the hold is over.
bool is_overdue(const ReservationRow& row, Time now);
// Makes the row of an overdue hold say what expiring it will say; others stay as they are.
void show_expired(ReservationRow& row, Time now);
// kExpired or kState otherwise.
Result<void> require_held(const Reservation& reservation);
// kState payment=pending while the provider is being asked.
Result<void> require_not_asked(const Reservation& reservation);
// The refusal of a command that needs another status: kExpired expired= when it has expired, else
// kState status=, naming what is wanted.
std::unexpected<Status> wrong_status(const Reservation& reservation, std::string_view wanted);

// What `payment` must say, from everything else in the row.
PaymentStatus settled(const ReservationRow& row);
// Whether kDeadlines has a row for it.
bool wants_deadline_row(const ReservationRow& row);

// What is owed in this status: the total while it lives or once it is completed, otherwise nothing.
std::int64_t owed_minor(const ReservationRow& row);
// Owed and not yet paid, at least 0; paid and not owed, at least 0.
std::int64_t due_minor(const ReservationRow& row);
std::int64_t refund_minor(const ReservationRow& row);

// Agents and above act for others and without a customer's limits.
bool is_staff(const Session& session);

// ---- spans of items ---------------------------------------------------------------------------

// Each tells the feed (Context::unit_changes) and, of held units, Activity. They change kOccupancy
// only, not the rows of the reservation and its items.
//
// Occupies the span of one item. REQUIRES: it is free.
Result<void> occupy(Context& context, const Reservation& reservation, const Item& item,
                    UnitState state);
// Held spans of all live items become booked ones.
Result<void> mark_booked(Context& context, const Reservation& reservation);
Result<void> give_back(Context& context, const Reservation& reservation, const Item& item);
// All live items.
Result<void> give_back_all(Context& context, const Reservation& reservation);

}  // namespace holdfast::engine
