#include "admin/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "admin/check.h"
#include "admin/check_domain.h"
#include "admin/mending.h"
#include "admin/row_view.h"
#include "admin/writing_engine.h"
#include "engine/engine.h"
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

Result<RepairPlan> plan_for(const storage::ReadOnlyStore& store) {
  return RepairPlan{.uuid = uuid_text(store.identity()),
                    .history = fmt::format("{:x}", store.identity().history_id),
                    .seq = store.last_seq().value,
                    .digest = storage::format_digest(TRY(store.digest()))};
}

Result<RepairPlan> plan_repair(const std::string& directory, const storage::StoreKind& kind) {
  TRY(require_sound_storage(directory, kind));
  const auto store = TRY(storage::ReadOnlyStore::open({.directory = directory,
                                                       .tables = kind.tables,
                                                       .schema_version = kind.schema_version,
                                                       .map_bytes = kind.map_bytes}));
  RepairPlan plan = TRY(plan_for(*store));
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

namespace {

Result<void> require_agreement(const RepairPlan& plan) {
  for (const RepairStep& step : plan.steps) {
    if (step.agreed) continue;
    return error(Code::kState, fmt::format("step {} waits for a person: write yes in place of ask, "
                                           "or take the line away",
                                           step.number));
  }
  return {};
}

Result<void> do_steps(engine::Engine& engine, const RepairPlan& plan) {
  for (const RepairStep& step : plan.steps) {
    const auto done =
        engine.run({.session = {},
                    .actor = {},
                    .words = {"REPAIR", std::to_string(step.number), step.rule},
                    .writes = true,
                    .run = [&](engine::Context& context) { return do_mend(context, step.mend); }});
    if (!done) {
      Status failure = done.error();
      return std::unexpected(std::move(failure).prefixed(fmt::format("step {}", step.number)));
    }
    engine.end_turn(true);
  }
  return {};
}

// A command needs a write: the row of a counter, as it is.
Result<engine::Reply> rewrite_counter(engine::Context& context) {
  constexpr std::string_view kCounter = "reservation";
  const auto counter = TRY(context.txn.get(engine::kMeta, kCounter));
  const std::string value(counter.value_or(Key().u64(0).view()));
  TRY(context.txn.put(engine::kMeta, kCounter, value));
  return engine::Reply::ok();
}

}  // namespace

Result<storage::Seq> apply_repair(const std::string& directory, const storage::StoreKind& kind,
                                  const RepairPlan& plan) {
  TRY(require_agreement(plan));
  const auto writing = TRY(WritingEngine::open(directory, kind, WritingEngine::Now::kLastRecord));
  auto done = require_state(writing->store(), plan);
  if (done) done = do_steps(writing->engine(), plan);
  return writing->close(std::move(done));
}

Result<void> note_in_journal(const std::string& directory, const storage::StoreKind& kind,
                             std::vector<std::string> words) {
  const auto writing = TRY(WritingEngine::open(directory, kind, WritingEngine::Now::kLastRecord));
  const auto noted = writing->engine().run({.session = {},
                                            .actor = {},
                                            .words = std::move(words),
                                            .writes = true,
                                            .run = rewrite_counter});
  TRY(writing->close(noted ? Result<void>() : std::unexpected(Status(noted.error()))));
  return {};
}

}  // namespace holdfast::admin
