// Expiry: holds whose deadline has come give their units back.
//
// Expiry is a command like any other: numbered, journalled, with its time in it. Nothing changes
// because a clock was read. Running it again finds nothing to do.

#pragma once

#include <cstddef>
#include <optional>

#include "engine/context.h"
#include "engine/limits.h"

namespace holdfast::engine {

// Expires the holds that are overdue at context.now, the oldest deadlines first, `most` at most and
// no further hold once kMaxExpiredItems were given back. Returns how many; 0 means that none is
// left.
Result<std::size_t> expire_due(Context& context, std::size_t most = kMaxExpiriesPerTurn);

// When the next hold expires; nothing while no deadline runs.
Result<std::optional<Time>> next_deadline(Transaction& txn);

}  // namespace holdfast::engine
