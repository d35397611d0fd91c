// Commands that have work done on the whole store. Grammar and meaning: the rows of the command
// table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> backup(Context& context, Arguments& arguments);
Result<Outcome> check(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
