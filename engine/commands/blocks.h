// Commands that take units out of sale and put them back. Grammar and meaning: the rows of the
// command table; blocks.h.
//
//   BLOCK grand 201 202 nights=2027-05-14..2027-05-20 reason="new carpet"
//
// BLOCK LIST is a row for each block: unit, span, reason, who (unless by the admin socket), since.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> block_command(Context& context, Arguments& arguments);
Result<Outcome> unblock_command(Context& context, Arguments& arguments);
Result<Outcome> block_list_command(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
