// ExpectedTable: a table beside what it should be, in two rounds.
//
// First everything that should be in it is summed up as it comes, in any order, and compared with
// the sum over its rows: equal sums are equal tables. Only if they differ, everything is given a
// second time, kept in order, and compared row by row.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/digest.h"
#include "storage/store.h"

namespace holdfast::admin {

class ExpectedTable {
 public:
  // With `keys_only` values are not compared.
  ExpectedTable(storage::TableId table, bool keys_only) : table_(table), keys_only_(keys_only) {}

  storage::TableId table() const { return table_; }

  // A row that must be there.
  void expect(std::string_view key, std::string_view value);
  // A row that is there.
  void meet(std::string_view key, std::string_view value);
  // After the first round: whether the sums differ, so that a second one is needed.
  bool differs() const { return expected_ != met_; }
  // From now on expect() keeps what it is given.
  void keep() { keeping_ = true; }
  // After the second round: tells of rows that are missing (TABLE.missing), that nothing accounts
  // for (TABLE.orphan) or that say something else (TABLE.differs).
  Result<void> compare(storage::Transaction& transaction, const Report& report);

 private:
  std::string_view compared(std::string_view value) const {
    return keys_only_ ? std::string_view() : value;
  }

  storage::TableId table_;
  bool keys_only_;
  bool keeping_ = false;
  storage::Digest expected_;
  storage::Digest met_;
  std::vector<std::pair<std::string, std::string>> kept_;
};

}  // namespace holdfast::admin
