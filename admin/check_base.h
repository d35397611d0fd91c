// The check of the base by itself: every row of every table.

#pragma once

#include <cstdint>
#include <functional>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/data_directory.h"
#include "storage/lmdb_base.h"

namespace holdfast::admin {

// Walks all tables of `base`, which is that of `directory`. Beside a server the walk moves on with
// the base, and corrects what it has summed up by the rows that changed behind it: the state that
// is returned is the newest, and was checked as a whole; a row that came or went meanwhile was
// checked or not. Rules: base.checksum, base.order, base.count, base.digest, base.structure. `row`
// is called for each row. May crash on damage: see check.h.
Result<storage::BaseState> check_base(storage::LmdbBase& base,
                                      const storage::DataDirectory& directory, const Report& report,
                                      const std::function<void()>& row);

}  // namespace holdfast::admin
