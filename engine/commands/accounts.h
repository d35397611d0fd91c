// Commands of people about their own account. Grammar and meaning: the rows of the
// command table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> register_account(Context& context, Arguments& arguments);
Result<Outcome> passwd(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
