// Mending: doing what a mend says, within a command.

#pragma once

#include "admin/arguments.h"
#include "admin/mend.h"
#include "engine/context.h"
#include "engine/reply.h"

namespace holdfast::admin {

// Rows are sealed in the journal for whose they are. kState when an item to be cancelled is not
// there, else what the engine says.
Result<engine::Reply> do_mend(engine::Context& context, const Mend& mend);

}  // namespace holdfast::admin
