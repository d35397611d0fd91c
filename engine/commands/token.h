// Commands about tokens, which stand for a login. Grammar and meaning: the rows of the command
// table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> token_create(Context& context, Arguments& arguments);
Result<Outcome> token_use(Context& context, Arguments& arguments);
Result<Outcome> token_drop(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
