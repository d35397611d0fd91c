#include "admin/check_domain.h"

#include <fmt/format.h>

#include <optional>

#include "admin/domain_pass.h"

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
  explicit OverlapCheck(const Report& report) : report_(report) {}

  void row(std::string_view key, std::string_view value) {
    const auto row = storage::decode<engine::OccupancyRow>(value);
    if (!row || key.size() != kKeyBytes) return;  // differs from what is expected, and told there
    engine::KeyReader parts(key);
    const std::uint32_t offering = parts.u32();
    const std::uint32_t unit = parts.u32();
    const std::int32_t from = parts.i32();
    const bool same = offering == offering_ && unit == unit_ && !key_.empty();
    if (same && from < to_) {
      report_({"occupancy.overlap",
               fmt::format("occupancy {}", format_key(engine::kOccupancy, key)),
               fmt::format("a start at {} or later, where {} of reservation {} ends", to_,
                           format_key(engine::kOccupancy, key_), reservation_),
               fmt::format("a start at {}, of reservation {}", from, row->reservation),
               give_way(*row)});
    }
    if (!same || row->to > to_) {
      to_ = row->to;
      reservation_ = row->reservation;
      item_ = row->item;
      key_ = key;
    }
    offering_ = offering;
    unit_ = unit;
  }

 private:
  static constexpr std::size_t kKeyBytes = 12;

  // The earlier of the two reservations keeps the unit.
  // Between a reservation and a block there is no earlier one.
  std::optional<Mend> give_way(const engine::OccupancyRow& row) const {
    if (row.reservation == 0 || reservation_ == 0) return std::nullopt;
    const bool it_is_later = row.reservation > reservation_;
    return Mend{.kind = Mend::Kind::kCancelItem,
                .reservation = it_is_later ? row.reservation : reservation_,
                .item = it_is_later ? row.item : item_,
                .keeper = it_is_later ? reservation_ : row.reservation};
  }

  const Report& report_;
  std::string key_;  // of the span that reaches furthest
  std::uint32_t offering_ = 0;
  std::uint32_t unit_ = 0;
  std::int32_t to_ = 0;
  std::uint64_t reservation_ = 0;
  std::uint16_t item_ = 0;
};

Result<void> run_parts(DomainPass& pass) {
  TRY(pass_stock(pass));
  TRY(pass_accounts(pass));
  return pass_reservations(pass);
}

// What is really in the tables that follow from others.
Result<void> meet_rows(DomainPass& pass) {
  for (ExpectedTable& expected : pass.expectations.tables()) {
    OverlapCheck overlap(pass.report);
    const bool occupancy = expected.table() == engine::kOccupancy;
    const auto cursor = TRY(pass.txn.scan(expected.table()));
    for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
      pass.row();
      expected.meet(cursor->key(), cursor->value());
      if (occupancy) overlap.row(cursor->key(), cursor->value());
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
