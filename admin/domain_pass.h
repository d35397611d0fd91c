// DomainPass: one pass over the tables that say what the others must be, and what it shares.
//
// The parts of a pass (stock, reservations, accounts) read their tables in order, report what
// breaks a rule within them, and tell the expectations which rows others must have.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/arguments.h"
#include "admin/expected_table.h"
#include "admin/finding.h"
#include "admin/row_view.h"
#include "engine/tables.h"
#include "storage/codec.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

// All derived tables, and those whose keys alone others decide.
class Expectations {
 public:
  Expectations();
  void expect(storage::TableId table, std::string_view key, std::string_view value = {});
  std::vector<ExpectedTable>& tables() { return tables_; }

 private:
  std::vector<ExpectedTable> tables_;
};

// Numbers in ascending order with what is known of each.
template <typename Facts>
class Numbered {
 public:
  // REQUIRES: `number` is above all before it.
  void add(std::uint64_t number, const Facts& facts) { entries_.emplace_back(number, facts); }
  const Facts* find(std::uint64_t number) const {
    const auto found = std::ranges::lower_bound(entries_, number, {},
                                                [](const auto& entry) { return entry.first; });
    return found != entries_.end() && found->first == number ? &found->second : nullptr;
  }
  std::uint64_t last() const { return entries_.empty() ? 0 : entries_.back().first; }

 private:
  std::vector<std::pair<std::uint64_t, Facts>> entries_;
};

struct OfferingFacts {
  std::uint32_t units = 0;  // of its plan
  engine::Axis axis = engine::Axis::kEvent;
};
struct NoFacts {};

struct DomainPass {
  const storage::ReadOnlyStore& store;
  storage::Transaction& txn;
  std::uint64_t next_person;  // no person from this one on was made
  Expectations& expectations;
  Report report;  // does nothing in the second round
  std::function<void()> row;

  Numbered<OfferingFacts> offerings = {};
  Numbered<NoFacts> accounts = {};
};

// A counter in kMeta is never below the last number that was given (counters.behind).
Result<void> check_counter(DomainPass& pass, std::string_view counter, std::uint64_t last);

// The parts, in this order: the first two learn what the later ones look up.
Result<void> pass_stock(DomainPass& pass);
Result<void> pass_accounts(DomainPass& pass);
Result<void> pass_reservations(DomainPass& pass);

// The rows of a table, decoded, in order. One that does not decode is reported (rows.decode) and
// passed over.
template <typename Row>
class Rows {
 public:
  static Result<Rows> open(DomainPass& pass, storage::TableId table, std::size_t key_bytes) {
    Rows rows(pass, table, key_bytes, TRY(pass.txn.scan(table)));
    rows.on_ = TRY(rows.cursor_->seek(""));
    TRY(rows.settle());
    return rows;
  }

  bool on() const { return on_; }
  Result<void> next() {
    on_ = TRY(cursor_->next());
    return settle();
  }
  // REQUIRES of all: on()
  const Row& row() const { return row_; }
  std::string_view key() const { return cursor_->key(); }
  engine::KeyReader parts() const { return engine::KeyReader(cursor_->key()); }
  std::uint64_t first_u64() const { return parts().u64(); }
  // The mend of a row that nothing accounts for.
  Mend erase() const {
    return {.kind = Mend::Kind::kErase, .table = table_, .key = std::string(cursor_->key())};
  }
  std::string name() const { return table_name(table_) + ' ' + format_key(table_, cursor_->key()); }

 private:
  Rows(DomainPass& pass, storage::TableId table, std::size_t key_bytes,
       std::unique_ptr<storage::Cursor> cursor)
      : pass_(&pass), table_(table), key_bytes_(key_bytes), cursor_(std::move(cursor)) {}

  Result<void> settle() {
    while (on_) {
      pass_->row();
      auto decoded = storage::decode<Row>(cursor_->value());
      const bool key_fits = key_bytes_ == 0 || cursor_->key().size() == key_bytes_;
      if (decoded && key_fits) {
        row_ = std::move(*decoded);
        return {};
      }
      pass_->report({"rows.decode", name(), "a row of its table",
                     key_fits ? decoded.error().message() : "a key of another size"});
      on_ = TRY(cursor_->next());
    }
    return {};
  }

  DomainPass* pass_;
  storage::TableId table_;
  std::size_t key_bytes_;  // 0: any
  std::unique_ptr<storage::Cursor> cursor_;
  Row row_;
  bool on_ = false;
};

}  // namespace holdfast::admin
