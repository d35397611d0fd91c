#include "admin/mending.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "admin/occupants.h"
#include "engine/cancelling.h"
#include "engine/reservations.h"
#include "engine/tables.h"

namespace holdfast::admin {

namespace {

using engine::Key;
using engine::KeyReader;
using storage::PersonId;

// Whose rows are sealed in the journal.
constexpr std::array kTablesOfPersons = {engine::kAccounts, engine::kAccountNames, engine::kParties,
                                         engine::kByGuest, engine::kPendingPayments};

// Whose row it is: what the journal seals it with. A row whose owner nobody knows any more gets a
// person of its own, so that no name comes into the open.
Result<PersonId> owner_of(storage::Transaction& txn, const Mend& mend) {
  const auto of_account = [&](std::string_view key) -> Result<PersonId> {
    const auto row = TRY(engine::get_row<engine::AccountRow>(txn, engine::kAccounts, key));
    return row && row->person != 0 ? PersonId{row->person} : TRY(txn.add_person());
  };
  // One that goes is nobody's: whose it was may never have been, or be forgotten.
  const bool of_persons = std::ranges::find(kTablesOfPersons, mend.table) != kTablesOfPersons.end();
  if (mend.kind == Mend::Kind::kErase) return of_persons ? txn.add_person() : PersonId{};
  if (mend.table == engine::kAccounts) {
    return PersonId{TRY(storage::decode<engine::AccountRow>(mend.value)).person};
  }
  if (mend.table == engine::kAccountNames) {
    return of_account(mend.value);
  }
  if (mend.table == engine::kParties) return PersonId{KeyReader(mend.key).u64()};
  if (mend.table == engine::kByGuest) {
    const std::string reservation =
        mend.key.substr(mend.key.size() - std::min<std::size_t>(8, mend.key.size()));
    const auto row =
        TRY(engine::get_row<engine::ReservationRow>(txn, engine::kReservations, reservation));
    return row && row->party != 0 ? PersonId{row->party} : TRY(txn.add_person());
  }
  if (mend.table == engine::kPendingPayments) {
    const auto row = TRY(engine::get_row<engine::PaymentRow>(txn, engine::kPayments, mend.key));
    return row ? PersonId{row->person} : TRY(txn.add_person());
  }
  return PersonId{};
}

// What an item occupies.
engine::OccupancyRow occupied_by(const engine::Reservation& reservation, const engine::Item& item) {
  const bool held = reservation.row.status == engine::ReservationStatus::kHeld;
  return {.to = item.row.span.to,
          .reservation = reservation.id.value,
          .item = item.number,
          .state = held ? engine::UnitState::kHeld : engine::UnitState::kBooked};
}

Key occupied_key(const engine::ItemRow& item) {
  return Key().u32(item.offering).u32(item.unit).i32(item.span.from);
}

// What stood in the way on a unit is gone: the keeper's items there, whose rows may be missing,
// have their own again wherever nothing else is in the way. After the last of several steps that
// clear the unit nothing is. `unit` is the offering and the unit, as keys begin.
Result<void> put_back(engine::Context& context, std::uint64_t keeper, std::string_view unit) {
  const auto reservation = TRY(engine::load_reservation(context.txn, {keeper}));
  if (!reservation) return error(Code::kState, fmt::format("there is no reservation {}", keeper));
  for (const engine::Item& item : reservation->items) {
    const engine::ItemRow& row = item.row;
    const Key key = occupied_key(row);
    if (!row.live || !key.view().starts_with(unit)) continue;
    const auto others = TRY(occupants(context.txn, key.view(), row.span.to));
    if (!others.empty()) continue;
    TRY(engine::put_row(context.txn, engine::kOccupancy, key.view(),
                        occupied_by(*reservation, item)));
  }
  return {};
}

// The engine gives back what the item occupies; where its row is missing or another's stands in its
// place, it is put there for that, and the other's comes back.
Result<void> cancel_item(engine::Context& context, const Mend& mend) {
  auto reservation = TRY(engine::load_reservation(context.txn, {mend.reservation}));
  if (!reservation || mend.item == 0 || mend.item > reservation->items.size()) {
    return error(Code::kState,
                 fmt::format("reservation {} has no item {}", mend.reservation, mend.item));
  }
  const engine::Item& item = reservation->items[mend.item - 1u];
  const Key key = occupied_key(item.row);
  const auto stored = TRY(context.txn.get(engine::kOccupancy, key.view()));
  const std::optional<std::string> before =
      stored ? std::optional(std::string(*stored)) : std::nullopt;
  const engine::OccupancyRow own = occupied_by(*reservation, item);
  TRY(engine::put_row(context.txn, engine::kOccupancy, key.view(), own));
  const std::array numbers{mend.item};
  TRY(engine::cancel_items(context, *reservation, numbers));
  if (before && *before != storage::encode(own)) {
    TRY(context.txn.put(engine::kOccupancy, key.view(), *before));
  }
  return put_back(context, mend.keeper, key.view().substr(0, kUnitKeyBytes));
}

// The block goes, with the span it occupies.
Result<void> lift_block(engine::Context& context, const Mend& mend) {
  const auto stored =
      TRY(engine::get_row<engine::OccupancyRow>(context.txn, engine::kOccupancy, mend.key));
  if (stored && stored->reservation == 0) {
    TRY(context.txn.erase(engine::kOccupancy, mend.key));
  }
  TRY(context.txn.erase(engine::kBlocks, mend.key));
  return put_back(context, mend.keeper, std::string_view(mend.key).substr(0, kUnitKeyBytes));
}

}  // namespace

Result<engine::Reply> do_mend(engine::Context& context, const Mend& mend) {
  if (mend.kind == Mend::Kind::kCancelItem) {
    TRY(cancel_item(context, mend));
    return engine::Reply::ok();
  }
  if (mend.kind == Mend::Kind::kLiftBlock) {
    TRY(lift_block(context, mend));
    return engine::Reply::ok();
  }
  const PersonId owner = TRY(owner_of(context.txn, mend));
  if (mend.kind == Mend::Kind::kPut) {
    TRY(context.txn.put(mend.table, mend.key, mend.value, owner));
  } else {
    TRY(context.txn.erase(mend.table, mend.key, owner));
  }
  return engine::Reply::ok();
}

}  // namespace holdfast::admin
