// The check of the base by itself: every row of every table.

#pragma once

#include <cstdint>
#include <functional>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/lmdb_base.h"

namespace holdfast::admin {

// Walks all tables of the newest state. Rules: base.checksum, base.order, base.count, base.digest,
// base.state, base.structure. `row` is called for each row. The state is that which was checked.
// May crash on damage: see check.h.
Result<storage::BaseState> check_base(storage::LmdbBase& base, const Report& report,
                                      const std::function<void()>& row);

}  // namespace holdfast::admin
