// Occupants: what stands on a stretch of a unit, in a store that may break the one rule. The engine
// looks only where, by that rule, something could stand; this looks at every span of the unit.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tables.h"

namespace holdfast::admin {

// The offering and the unit, with which a key of kOccupancy or kBlocks begins.
inline constexpr std::size_t kUnitKeyBytes = 8;

struct Occupant {
  std::string key;  // of kOccupancy
  engine::OccupancyRow row;
};

// Whether an item that lives, or a block, has this span. A row that none has was never sold: it
// goes, and nobody gives way to it.
storage::Result<bool> is_accounted_for(storage::Transaction& txn, std::string_view key,
                                       const engine::OccupancyRow& row);

// Whether this item is one that its reservation counts, and whose row is missing. What it still has
// elsewhere is all that tells of it, and stays.
storage::Result<bool> is_lost_item(storage::Transaction& txn, std::uint64_t reservation,
                                   std::uint16_t item);

// The rows that overlap a span which has this key of kOccupancy and ends at `to`; one under the
// same key is among them. Those that do not decode, or that nothing accounts for, are passed over.
storage::Result<std::vector<Occupant>> occupants(storage::Transaction& txn, std::string_view key,
                                                 std::int32_t to);

}  // namespace holdfast::admin
