// Commands that look at reservations. Grammar and meaning: the rows of the command table.
//
// LIST looks at kMaxListLooked reservations at most. When it ends for that reason, its last row is
// `next=LOCATOR`, the after= to go on with: a short page without it is the last one.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> show_command(Context& context, Arguments& arguments);
// What happened, oldest first: event, time, who did it (to staff), the amount that matters to it.
Result<Outcome> history_command(Context& context, Arguments& arguments);
Result<Outcome> ticket_command(Context& context, Arguments& arguments);
Result<Outcome> mine_command(Context& context, Arguments& arguments);
Result<Outcome> list_command(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
