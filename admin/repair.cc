#include "admin/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "admin/check.h"
#include "admin/check_domain.h"
#include "admin/row_view.h"
#include "admin/stopped_surroundings.h"
#include "engine/cancelling.h"
#include "engine/engine.h"
#include "engine/reservations.h"
#include "engine/tables.h"
#include "storage/digest.h"
#include "storage/local_store.h"

namespace holdfast::admin {

namespace {

using engine::Key;
using engine::KeyReader;
using storage::PersonId;

std::string uuid_text(const storage::Identity& identity) {
  return fmt::format("{:02x}", fmt::join(identity.uuid, ""));
}

// ---- planning -----------------------------------------------------------------------------------

// The live item that has the unit where a missing row of kOccupancy should stand.
Result<std::optional<std::pair<std::string, engine::OccupancyRow>>> occupant(
    storage::Transaction& txn, const Mend& mend) {
  const auto wanted = TRY(storage::decode<engine::OccupancyRow>(mend.value));
  const std::string unit = mend.key.substr(0, 8);
  const auto cursor = TRY(txn.scan(engine::kOccupancy));
  for (bool on = TRY(cursor->seek(unit)); on && cursor->key().starts_with(unit);
       on = TRY(cursor->next())) {
    const auto row = storage::decode<engine::OccupancyRow>(cursor->value());
    if (!row || row->reservation == wanted.reservation) continue;
    const auto start = [](std::string_view key) {
      KeyReader parts(key);
      parts.u64();
      return parts.i32();
    };
    if (start(cursor->key()) < wanted.to && start(mend.key) < row->to) {
      return std::pair(std::string(cursor->key()), *row);
    }
  }
  return std::nullopt;
}

// A row that would overlap another reservation's is not put: one of the two must give way.
Result<void> resolve_conflict(storage::Transaction& txn, Finding& finding) {
  if (!finding.mend || finding.mend->table != engine::kOccupancy ||
      finding.mend->kind != Mend::Kind::kPut) {
    return {};
  }
  const auto other = TRY(occupant(txn, *finding.mend));
  if (!other) return {};
  const auto row = TRY(storage::decode<engine::OccupancyRow>(finding.mend->value));
  if (row.reservation == 0 || other->second.reservation == 0) {
    finding.mend.reset();  // between a reservation and a block there is no earlier one
    return {};
  }
  const bool we_came_later = row.reservation > other->second.reservation;
  const auto& later = we_came_later ? row : other->second;
  const auto& earlier = we_came_later ? other->second : row;
  finding.mend = Mend{.kind = Mend::Kind::kCancelItem,
                      .reservation = later.reservation,
                      .item = later.item,
                      .keeper = earlier.reservation};
  finding.found += fmt::format("; reservation {} has the unit, and the earlier one keeps it",
                               other->second.reservation);
  return {};
}

Result<void> require_sound_storage(const std::string& directory, const storage::StoreKind& kind) {
  std::string first;
  const auto note = [&](const Finding& finding) {
    if (first.empty()) first = fmt::format("{}: {}", finding.rule, finding.found);
  };
  const CheckReport report = TRY(
      check_store(directory, {.depth = Depth::kFast, .schema_version = kind.schema_version}, note));
  if (report.findings == 0) return {};
  return error(Code::kCorruption,
               fmt::format("the storage itself is damaged ({}): make the store again from a backup "
                           "and the journal, with restore",
                           first));
}

}  // namespace

Result<RepairPlan> plan_repair(const std::string& directory, const storage::StoreKind& kind) {
  TRY(require_sound_storage(directory, kind));
  const auto store = TRY(storage::ReadOnlyStore::open({.directory = directory,
                                                       .tables = kind.tables,
                                                       .schema_version = kind.schema_version,
                                                       .map_bytes = kind.map_bytes}));
  RepairPlan plan{.uuid = uuid_text(store->identity()),
                  .history = fmt::format("{:x}", store->identity().history_id),
                  .seq = store->last_seq().value,
                  .digest = storage::format_digest(TRY(store->digest()))};
  const auto txn = store->begin();
  Result<void> resolved;
  const auto add = [&](Finding finding) {
    if (auto done = resolve_conflict(*txn, finding); !done) resolved = std::move(done);
    plan.add(finding);
  };
  TRY(check_domain(*store, add, [] {}));
  TRY(std::move(resolved));
  return plan;
}

// ---- applying -----------------------------------------------------------------------------------

namespace {

// Whose row it is: what the journal seals it with. A row whose owner nobody knows any more gets a
// person of its own, so that no name comes into the open.
Result<PersonId> owner_of(storage::Transaction& txn, const Mend& mend) {
  const auto of_account = [&](std::string_view key) -> Result<PersonId> {
    const auto row = TRY(engine::get_row<engine::AccountRow>(txn, engine::kAccounts, key));
    return row ? PersonId{row->person} : TRY(txn.add_person());
  };
  if (mend.table == engine::kAccounts) return of_account(mend.key);
  if (mend.table == engine::kAccountNames) {
    const auto stored = TRY(txn.get(engine::kAccountNames, mend.key));
    return of_account(mend.kind == Mend::Kind::kPut ? mend.value
                                                    : std::string(stored.value_or("")));
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

// The engine gives back what the item occupies; where its row is missing or another's stands in its
// place, it is put there for that, and the other's comes back.
Result<void> cancel_item(engine::Context& context, const Mend& mend) {
  auto reservation = TRY(engine::load_reservation(context.txn, {mend.reservation}));
  if (!reservation || mend.item == 0 || mend.item > reservation->items.size()) {
    return error(Code::kState,
                 fmt::format("reservation {} has no item {}", mend.reservation, mend.item));
  }
  const engine::ItemRow& item = reservation->items[mend.item - 1u].row;
  const Key key = Key().u32(item.offering).u32(item.unit).i32(item.span.from);
  const auto stored = TRY(context.txn.get(engine::kOccupancy, key.view()));
  const std::optional<std::string> before =
      stored ? std::optional(std::string(*stored)) : std::nullopt;
  const bool held = reservation->row.status == engine::ReservationStatus::kHeld;
  const engine::OccupancyRow own{
      .to = item.span.to,
      .reservation = mend.reservation,
      .item = mend.item,
      .state = held ? engine::UnitState::kHeld : engine::UnitState::kBooked};
  TRY(engine::put_row(context.txn, engine::kOccupancy, key.view(), own));
  const std::array numbers{mend.item};
  TRY(engine::cancel_items(context, *reservation, numbers));
  if (before && *before != storage::encode(own)) {
    TRY(context.txn.put(engine::kOccupancy, key.view(), *before));
  }
  return {};
}

Result<engine::Reply> do_step(engine::Context& context, const Mend& mend) {
  if (mend.kind == Mend::Kind::kCancelItem) {
    TRY(cancel_item(context, mend));
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

Result<void> require_state(const storage::LocalStore& store, const RepairPlan& plan) {
  const auto stats = store.stats();
  const std::string digest = storage::format_digest(stats.digest);
  const bool same = uuid_text(store.identity()) == plan.uuid &&
                    fmt::format("{:x}", store.identity().history_id) == plan.history &&
                    stats.last_seq.value == plan.seq && digest == plan.digest;
  if (same) return {};
  return error(Code::kState,
               fmt::format("the plan was made for seq {} and digest {}, the store is at seq {} "
                           "with {}: make a new one",
                           plan.seq, plan.digest, stats.last_seq.value, digest));
}

Result<void> require_agreement(const RepairPlan& plan) {
  for (const RepairStep& step : plan.steps) {
    if (step.agreed) continue;
    return error(Code::kState, fmt::format("step {} waits for a person: write yes in place of ask, "
                                           "or take the line away",
                                           step.number));
  }
  return {};
}

storage::LocalStoreOptions writing(const std::string& directory, const storage::StoreKind& kind) {
  storage::LocalStoreOptions options;
  options.directory = directory;
  options.tables = kind.tables;
  options.schema_version = kind.schema_version;
  options.base.map_bytes = kind.map_bytes;
  return options;
}

Result<void> do_steps(storage::LocalStore& store, const RepairPlan& plan) {
  const StoppedClock stopped(store.stats().last_time);
  NoProvider provider;
  const auto clock = TRY(storage::CommandClock::start(stopped, store.stats().last_time, true));
  const auto machine = TRY(engine::Engine::open(store, clock, provider, {}));
  for (const RepairStep& step : plan.steps) {
    const auto done = machine->run(
        {.session = {},
         .actor = {},
         .words = {"REPAIR", std::to_string(step.number), step.rule},
         .writes = true,
         .run = [&](engine::Context& context) { return do_step(context, step.mend); }});
    if (!done) {
      Status failure = done.error();
      return std::unexpected(std::move(failure).prefixed(fmt::format("step {}", step.number)));
    }
    store.end_turn(true);
  }
  return {};
}

}  // namespace

Result<storage::Seq> apply_repair(const std::string& directory, const storage::StoreKind& kind,
                                  const RepairPlan& plan) {
  TRY(require_agreement(plan));
  const auto store = TRY(storage::LocalStore::open(writing(directory, kind)));
  TRY(require_state(*store, plan));
  const auto done = do_steps(*store, plan);
  const auto closed = store->close();
  TRY(done);
  TRY(closed);
  return store->last_seq();
}

Result<void> note_in_journal(const std::string& directory, const storage::StoreKind& kind,
                             std::vector<std::string> words) {
  const auto store = TRY(storage::LocalStore::open(writing(directory, kind)));
  {
    // A commit needs a write: the row of a counter, as it is.
    const auto txn = store->begin();
    const auto counter = TRY(txn->get(engine::kMeta, "reservation"));
    const std::string value(counter.value_or(Key().u64(0).view()));
    TRY(txn->put(engine::kMeta, "reservation", value));
    const storage::Time now{store->stats().last_time.us + 1};
    TRY(store->commit(*txn, {.time = now, .actor = 0, .words = std::move(words)}));
  }
  return store->close();
}

}  // namespace holdfast::admin
