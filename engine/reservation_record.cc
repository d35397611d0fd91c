#include "engine/reservation_record.h"

#include <fmt/format.h>

#include <utility>

#include "engine/accounts.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/parties.h"
#include "engine/paying.h"

namespace holdfast::engine {

namespace {

// What an item is of, as words. An offering that was dropped keeps its row for them; rows dropped
// before there was a mark for that are gone, and numbers must do.
struct ItemWords {
  std::string offering;
  std::string unit;
  std::string_view span_name;
  std::string span;
};

Result<ItemWords> item_words(Context& context, const ItemRow& row) {
  const auto offering = context.catalog.offering(context.txn, OfferingId{row.offering});
  if (!offering) {
    if (offering.error().code() != Code::kNotFound) return std::unexpected(offering.error());
    return ItemWords{fmt::format("#{}", row.offering), fmt::format("#{}", row.unit), "", ""};
  }
  const Offering& found = **offering;
  return ItemWords{found.row.name, found.plan->label(Unit{row.unit}), span_name(found.row.axis),
                   span_value(found.row, row.span)};
}

void add_place(Record& record, const ItemWords& words) {
  record.add("offering", words.offering);
  record.add("unit", words.unit);
  if (!words.span_name.empty()) record.add(words.span_name, words.span);
  record.brief = fmt::format("{}/{}", words.offering, words.unit);
}

Result<Record> item_record(Context& context, const Item& item) {
  const ItemWords words = TRY(item_words(context, item.row));
  Record record;
  record.add("item", std::int64_t{item.number});
  add_place(record, words);
  record.add("price", item.row.price_minor);
  if (!item.row.live) {
    record.add("state", "cancelled");
    record.brief += "(cancelled)";
  }
  return record;
}

Result<List> item_list(Context& context, const Reservation& reservation) {
  List items;
  items.reserve(reservation.items.size());
  for (const Item& item : reservation.items) {
    items.emplace_back(TRY(item_record(context, item)));
  }
  return items;
}

void add_money(Record& record, const ReservationRow& row) {
  record.add("total", row.total_minor);
  record.add("currency", row.currency);
  if (row.paid_minor != 0) record.add("paid", row.paid_minor);
  const bool due = row.payment == PaymentStatus::kPending && due_minor(row) > 0;
  if (due) record.add("due", due_minor(row));
  if (refund_minor(row) > 0) record.add("refund", refund_minor(row));
}

// Everything but the items.
Result<Record> head_record(Context& context, const Reservation& reservation) {
  const ReservationRow& row = reservation.row;
  Record record;
  record.brief = context.locators.format(reservation.id);
  record.add("locator", record.brief);
  record.add("status", word(row.status));
  record.add("payment", word(row.payment));
  if (row.status == ReservationStatus::kHeld && row.pending_payment == 0) {
    record.add("until", storage::format_utc({row.deadline_us}));
  }
  add_money(record, row);
  const std::string transaction = TRY(transaction_of(context.txn, row));
  if (!transaction.empty()) record.add("transaction", transaction);
  return record;
}

// Whose it is, in fields; the party for what else is wanted of it.
Result<Party> add_people(Context& context, const ReservationRow& row, Record& record) {
  if (is_staff(context.session)) {
    const std::string name = TRY(account_name(context.txn, AccountId{row.account}));
    if (!name.empty()) record.add("account", name);
  }
  Party party = TRY(read_party(context.txn, PersonId{row.party}));
  if (!party.guest.empty()) record.add("guest", party.guest);
  if (row.party_size != 0) record.add("party", std::int64_t{row.party_size});
  return party;
}

// Who holds it: the guest it was made for, or else the account; empty when it is nobody's.
Result<std::string> holder(Context& context, const ReservationRow& row) {
  const Party party = TRY(read_party(context.txn, PersonId{row.party}));
  if (!party.guest.empty()) return party.guest;
  return account_name(context.txn, AccountId{row.account});
}

}  // namespace

Result<Record> reservation_record(Context& context, const Reservation& reservation) {
  Record record = TRY(head_record(context, reservation));
  record.add("items", TRY(item_list(context, reservation)));
  return record;
}

Result<Record> listed_reservation_record(Context& context, const Reservation& reservation) {
  Record record = TRY(head_record(context, reservation));
  TRY(add_people(context, reservation.row, record));
  record.add("items", TRY(item_list(context, reservation)));
  return record;
}

Result<Record> full_reservation_record(Context& context, const Reservation& reservation) {
  const ReservationRow& row = reservation.row;
  Record record = TRY(head_record(context, reservation));
  record.add("created", storage::format_utc({row.created_us}));
  if (row.ended_us != 0) record.add("ended", storage::format_utc({row.ended_us}));
  const Party party = TRY(add_people(context, row, record));
  if (!party.note.empty()) record.add("note", party.note);
  record.add("items", TRY(item_list(context, reservation)));
  return record;
}

Result<Record> ticket_record(Context& context, const Reservation& reservation) {
  const ReservationRow& row = reservation.row;
  const bool issued = row.status == ReservationStatus::kConfirmed ||
                      row.status == ReservationStatus::kCheckedIn ||
                      row.status == ReservationStatus::kCompleted;
  if (!issued) return wrong_status(reservation, "confirmed");
  Record record;
  record.brief = context.locators.format(reservation.id);
  record.add("locator", record.brief);
  record.add("status", word(row.status));
  record.add("payment", word(row.payment));
  const std::string name = TRY(holder(context, row));
  if (!name.empty()) record.add("holder", name);
  if (row.party_size != 0) record.add("party", std::int64_t{row.party_size});
  add_money(record, row);
  const std::string transaction = TRY(transaction_of(context.txn, row));
  if (!transaction.empty()) record.add("transaction", transaction);
  List items;
  for (const Item& item : reservation.items) {
    if (!item.row.live) continue;
    const ItemWords words = TRY(item_words(context, item.row));
    Record line;
    line.add("serial", ticket_serial(reservation.id, item.number));
    add_place(line, words);
    line.add("price", item.row.price_minor);
    items.emplace_back(std::move(line));
  }
  record.add("items", std::move(items));
  return record;
}

std::int64_t ticket_serial(ReservationId reservation, std::uint16_t item) {
  return static_cast<std::int64_t>(reservation.value * kMaxItems + item - 1);
}

}  // namespace holdfast::engine
