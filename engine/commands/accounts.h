// Commands about accounts: registering, passwords, roles. Grammar and meaning: the rows of the
// command table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> register_account(Context& context, Arguments& arguments);
Result<Outcome> passwd(Context& context, Arguments& arguments);
Result<Outcome> user_list(Context& context, Arguments& arguments);
Result<Outcome> user_role(Context& context, Arguments& arguments);
Result<Outcome> user_disable(Context& context, Arguments& arguments);
Result<Outcome> user_enable(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
