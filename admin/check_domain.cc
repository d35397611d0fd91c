#include "admin/check_domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "admin/domain_pass.h"
#include "admin/occupants.h"

namespace holdfast::admin {

Expectations::Expectations() {
  for (const storage::TableSpec& table : engine::table_specs()) {
    // What is occupied follows from items, and the parties that there are from reservations.
    const bool decided = table.derived || table.id == engine::kOccupancy;
    const bool by_key = table.id == engine::kParties;
    if (decided || by_key) tables_.emplace_back(table.id, by_key);
  }
}

void Expectations::expect(storage::TableId table, std::string_view key, std::string_view value) {
  for (ExpectedTable& expected : tables_) {
    if (expected.table() == table) return expected.expect(key, value);
  }
}

namespace {

// The one rule, where it is kept: no two occupied spans of a unit overlap. They are in order of
// offering, unit and start.
class OverlapCheck {
 public:
  explicit OverlapCheck(DomainPass& pass) : pass_(pass) {}

  Result<void> row(std::string_view key, std::string_view value) {
    const auto row = storage::decode<engine::OccupancyRow>(value);
    // What differs from what is expected is told there.
    if (!row || key.size() != kKeyBytes) return {};
    engine::KeyReader parts(key);
    const std::uint32_t offering = parts.u32();
    const std::uint32_t unit = parts.u32();
    const std::int32_t from = parts.i32();
    const bool same = offering == offering_ && unit == unit_ && !key_.empty();
    bool reaches_furthest = !same || row->to > to_;
    if (same && from < to_) {
      const bool this_one = TRY(is_accounted_for(pass_.txn, key, *row));
      const bool widest = TRY(is_accounted_for(pass_.txn, key_, widest_));
      pass_.report({"occupancy.overlap",
                    fmt::format("occupancy {}", format_key(engine::kOccupancy, key)),
                    fmt::format("a start at {} or later, where {} of reservation {} ends", to_,
                                format_key(engine::kOccupancy, key_), widest_.reservation),
                    fmt::format("a start at {}, of reservation {}", from, row->reservation),
                    !this_one ? TRY(erase(key, *row))
                    : !widest ? TRY(erase(key_, widest_))
                              : give_way(key, *row)});
      // What goes hides no other overlap.
      if (!this_one) return {};
      reaches_furthest = reaches_furthest || !widest;
    }
    if (reaches_furthest) {
      to_ = row->to;
      widest_ = *row;
      key_ = key;
    }
    offering_ = offering;
    unit_ = unit;
    return {};
  }

 private:
  static constexpr std::size_t kKeyBytes = 12;

  // A row that nothing accounts for goes, and nobody gives way to it; but not the last trace of an
  // item whose row is missing.
  Result<std::optional<Mend>> erase(std::string_view stray, const engine::OccupancyRow& row) const {
    const bool lost = TRY(is_lost_item(pass_.txn, row.reservation, row.item));
    if (lost) return std::nullopt;
    return Mend{.kind = Mend::Kind::kErase, .table = engine::kOccupancy, .key = std::string(stray)};
  }

  // The earlier of two reservations keeps the unit, and a reservation before a block.
  std::optional<Mend> give_way(std::string_view key, const engine::OccupancyRow& row) const {
    if (row.reservation == 0 && widest_.reservation == 0) return std::nullopt;
    if (row.reservation == 0 || widest_.reservation == 0) {
      return Mend{.kind = Mend::Kind::kLiftBlock,
                  .table = engine::kBlocks,
                  .key = row.reservation == 0 ? std::string(key) : key_,
                  .keeper = std::max(row.reservation, widest_.reservation)};
    }
    const auto [keeper, later] = std::minmax(
        row, widest_, [](const auto& a, const auto& b) { return a.reservation < b.reservation; });
    return Mend{.kind = Mend::Kind::kCancelItem,
                .reservation = later.reservation,
                .item = later.item,
                .keeper = keeper.reservation};
  }

  DomainPass& pass_;
  std::string key_;              // of the span that reaches furthest
  engine::OccupancyRow widest_;  // its row
  std::uint32_t offering_ = 0;
  std::uint32_t unit_ = 0;
  std::int32_t to_ = 0;
};

Result<void> run_parts(DomainPass& pass) {
  TRY(pass_stock(pass));
  TRY(pass_accounts(pass));
  return pass_reservations(pass);
}

// What is really in the tables that follow from others.
Result<void> meet_rows(DomainPass& pass) {
  for (ExpectedTable& expected : pass.expectations.tables()) {
    OverlapCheck overlap(pass);
    const bool occupancy = expected.table() == engine::kOccupancy;
    const auto cursor = TRY(pass.txn.scan(expected.table()));
    for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
      pass.row();
      expected.meet(cursor->key(), cursor->value());
      if (occupancy) TRY(overlap.row(cursor->key(), cursor->value()));
    }
  }
  return {};
}

}  // namespace

Result<void> check_domain(const storage::ReadOnlyStore& store, const Report& report,
                          const std::function<void()>& row) {
  const auto transaction = store.begin();
  return check_domain(store, *transaction, store.next_person(), report, row);
}

Result<void> check_domain(const storage::ReadOnlyStore& store, storage::Transaction& txn,
                          std::uint64_t next_person, const Report& report,
                          const std::function<void()>& row) {
  Expectations expectations;
  DomainPass first{.store = store,
                   .txn = txn,
                   .next_person = next_person,
                   .expectations = expectations,
                   .report = report,
                   .row = row};
  TRY(run_parts(first));
  TRY(meet_rows(first));

  // Only what differs is looked at again, to find which rows they are.
  auto& tables = expectations.tables();
  std::erase_if(tables, [](const ExpectedTable& table) { return !table.differs(); });
  if (tables.empty()) return {};
  for (ExpectedTable& table : tables) table.keep();
  DomainPass second{.store = store,
                    .txn = txn,
                    .next_person = next_person,
                    .expectations = expectations,
                    .report = [](const Finding&) {},
                    .row = row};
  TRY(run_parts(second));
  for (ExpectedTable& table : tables) TRY(table.compare(txn, report));
  return {};
}

}  // namespace holdfast::admin
