// Commands about changes as they happen. Grammar and meaning: the rows of the command table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> watch(Context& context, Arguments& arguments);
Result<Outcome> unwatch(Context& context, Arguments& arguments);
Result<Outcome> feed(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
