// The rules of the domain: what the rows of a sound store mean together.
//
// Tables that are derived, in whole (kByAccount, kOccupancy, ...) or by their keys, are compared
// with what the others say they must be: both sides are summed up on one pass (ExpectedTable), and
// only when the sums differ are the rows found that do not belong, or are missing. So a sound store
// is read once, in order, and nothing large is kept in memory.

#pragma once

#include <functional>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

// Rules in README.md. `row` is called for each row that is looked at. REQUIRES: what storage checks
// is sound; otherwise reading fails with kCorruption.
Result<void> check_domain(const storage::ReadOnlyStore& store, const Report& report,
                          const std::function<void()>& row);

// The same for what `txn`, on top of the store, has made of it; persons below `next_person` are
// made.
Result<void> check_domain(const storage::ReadOnlyStore& store, storage::Transaction& txn,
                          std::uint64_t next_person, const Report& report,
                          const std::function<void()>& row);

}  // namespace holdfast::admin
