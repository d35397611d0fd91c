// Verifying a base: every row against its checksum, all of them against the digest.

#pragma once

#include <span>

#include "storage/lmdb_base.h"
#include "storage/progress.h"

namespace holdfast::storage {

// Reads every row once. kCorruption when a row fails its checksum, the rows do not add up to the
// digest of the state, or there is no state. Damage to LMDB's own pages may kill the process: see
// child_process.h.
Result<BaseState> verify_base(LmdbBase& base, std::span<const TableSpec> tables,
                              const ReportProgress& progress = {});

}  // namespace holdfast::storage
