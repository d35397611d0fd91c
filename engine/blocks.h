// Blocks: units that are out of sale for a while, for a reason.
//
// A block occupies its span under the one rule, as an item does, so that everything that looks for
// free units passes it by: a row of kOccupancy of state blocked and nobody's, and beside it the row
// of kBlocks that says why. A unit may have any number of blocks; one is lifted as a whole.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Block {
  Unit unit;
  Span span;
  BlockRow row;
};

// Takes the unit out of sale over the span. False, and nothing changes, when it is blocked over
// exactly this span already; kTaken when anything else is in the way, another block too.
Result<bool> block_unit(Context& context, const Offering& offering, Unit unit, Span span,
                        std::string_view reason);

// Lifts the blocks of the unit that lie within the span; how many. kState naming the first that
// reaches beyond it.
Result<std::size_t> unblock_unit(Context& context, const Offering& offering, Unit unit, Span span);

// The row beside a blocked span.
Result<std::optional<BlockRow>> find_block(Transaction& txn, OfferingId offering, Unit unit,
                                           std::int32_t from);

// Calls `visit` for the blocks of the offering, by unit and start, until it returns false.
Result<void> for_each_block(Transaction& txn, OfferingId offering,
                            const std::function<bool(const Block&)>& visit, Unit first = {});

}  // namespace holdfast::engine
