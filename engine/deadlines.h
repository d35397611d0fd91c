// Deadlines: moving all open ones, when the clock they were measured by was wrong.

#pragma once

#include <cstddef>

#include "engine/context.h"
#include "engine/values.h"

namespace holdfast::engine {

// Moves the deadlines and caps of all holds by `step`, also of those that a provider is being asked
// for; how many holds. One commit: more holds than fit into it are kLimit.
Result<std::size_t> move_deadlines(Context& context, Duration step);

}  // namespace holdfast::engine
