#include "admin/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "admin/check.h"
#include "admin/check_domain.h"
#include "admin/mending.h"
#include "admin/occupants.h"
#include "admin/row_view.h"
#include "admin/writing_engine.h"
#include "engine/engine.h"
#include "engine/tables.h"
#include "storage/digest.h"
#include "storage/local_store.h"

namespace holdfast::admin {

namespace {

using engine::Key;
using storage::PersonId;

std::string uuid_text(const storage::Identity& identity) {
  return fmt::format("{:02x}", fmt::join(identity.uuid, ""));
}

// ---- planning -----------------------------------------------------------------------------------

Finding lift(Finding finding, std::string block, std::uint64_t keeper) {
  finding.mend = Mend{.kind = Mend::Kind::kLiftBlock,
                      .table = engine::kBlocks,
                      .key = std::move(block),
                      .keeper = keeper};
  finding.found += "; the unit is sold and out of sale, and what was sold keeps it";
  return finding;
}

Finding cancel(Finding finding, const engine::OccupancyRow& later, std::uint64_t keeper,
               std::uint64_t there) {
  finding.mend = Mend{.kind = Mend::Kind::kCancelItem,
                      .reservation = later.reservation,
                      .item = later.item,
                      .keeper = keeper};
  finding.found +=
      fmt::format("; reservation {} has the unit, and the earlier one keeps it", there);
  return finding;
}

// The block that lacks its row, to what is sold there; of two blocks neither gives way, for nobody
// has been promised anything.
Finding give_way(Finding finding, const std::vector<Occupant>& others) {
  const auto sold = std::ranges::find_if(
      others, [](const Occupant& other) { return other.row.reservation != 0; });
  if (sold == others.end()) {
    finding.mend.reset();
    return finding;
  }
  std::string block = finding.mend->key;
  return lift(std::move(finding), std::move(block), sold->row.reservation);
}

// A row that would overlap others' is not put: a block gives way, and a reservation to an earlier
// one; else all others do, a step each, the last of which puts the row.
Result<std::vector<Finding>> resolve_conflicts(storage::Transaction& txn, Finding finding) {
  if (!finding.mend || finding.mend->table != engine::kOccupancy ||
      finding.mend->kind != Mend::Kind::kPut) {
    return std::vector{std::move(finding)};
  }
  const auto row = TRY(storage::decode<engine::OccupancyRow>(finding.mend->value));
  auto others = TRY(occupants(txn, finding.mend->key, row.to));
  // What it has there already, if only wrong, is no other. All blocks are of reservation 0.
  std::erase_if(others, [&](const Occupant& other) {
    return other.row.reservation == row.reservation &&
           (row.reservation != 0 || other.key == finding.mend->key);
  });
  if (others.empty()) return std::vector{std::move(finding)};
  if (row.reservation == 0) return std::vector{give_way(std::move(finding), others)};
  std::vector<Finding> resolved;
  for (const Occupant& other : others) {
    const std::uint64_t there = other.row.reservation;
    if (there != 0 && there < row.reservation) {
      return std::vector{cancel(std::move(finding), row, there, there)};
    }
    resolved.push_back(there == 0 ? lift(finding, other.key, row.reservation)
                                  : cancel(finding, other.row, row.reservation, there));
  }
  return resolved;
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
                           "and the journal with rebuild, or with rebuild --own-base where the "
                           "journal is what is damaged",
                           first));
}

// What a look at all of the storage finds, beside what the rows are read from: no row mends it.
Result<std::vector<Finding>> findings_beside_rows(const std::string& directory,
                                                  const storage::StoreKind& kind) {
  std::vector<Finding> found;
  const auto keep = [&](Finding finding) { found.push_back(std::move(finding)); };
  const CheckReport report = TRY(check_store(
      directory, {.depth = Depth::kStorage, .schema_version = kind.schema_version}, keep));
  if (report.findings > 0) TRY(require_sound_storage(directory, kind));
  return found;
}

}  // namespace

Result<RepairPlan> plan_for(const storage::ReadOnlyStore& store) {
  return RepairPlan{.uuid = uuid_text(store.identity()),
                    .history = fmt::format("{:x}", store.identity().history_id),
                    .seq = store.last_seq().value,
                    .digest = storage::format_digest(TRY(store.digest()))};
}

Result<RepairPlan> plan_repair(const std::string& directory, const storage::StoreKind& kind) {
  const auto beside = TRY(findings_beside_rows(directory, kind));
  const auto store = TRY(storage::ReadOnlyStore::open({.directory = directory,
                                                       .tables = kind.tables,
                                                       .schema_version = kind.schema_version,
                                                       .map_bytes = kind.map_bytes}));
  RepairPlan plan = TRY(plan_for(*store));
  for (const Finding& finding : beside) plan.add(finding);
  const auto txn = store->begin();
  Result<void> resolved;
  const auto add = [&](Finding finding) {
    const auto steps = resolve_conflicts(*txn, std::move(finding));
    if (!steps) {
      resolved = std::unexpected(steps.error());
      return;
    }
    for (const Finding& step : *steps) plan.add(step);
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
