// The rows of the engine's tables looked at as a whole: what must hold between them after every
// commit, and that they say what the model says.

#pragma once

#include <string>

#include "engine/occupancy_counts.h"
#include "storage/store.h"
#include "tests/model/model.h"

namespace holdfast::test {

// "" or the first fault: overlapping spans; an occupied span without its live item, or the other
// way round; a deadline without its hold, or the other way round; an index that lacks a row or has
// one too many; money that does not add up; a reservation that differs from the model's; counts of
// occupied spans (once they are known) that are not those of the rows.
std::string find_fault(storage::Transaction& txn, const model::Model& model,
                       const engine::OccupancyCounts& counts);

}  // namespace holdfast::test
