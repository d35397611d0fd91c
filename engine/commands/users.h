// Commands of an admin about the accounts of others, and of staff that asks whether there is one.
// Grammar and meaning: the rows of the command table.
//
// Sessions that are logged in follow at once: another role is theirs, a disabled account and one
// whose password was set anew are logged out.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> user_list(Context& context, Arguments& arguments);
Result<Outcome> user_show(Context& context, Arguments& arguments);
Result<Outcome> user_role(Context& context, Arguments& arguments);
Result<Outcome> user_disable(Context& context, Arguments& arguments);
Result<Outcome> user_enable(Context& context, Arguments& arguments);
Result<Outcome> user_add(Context& context, Arguments& arguments);
Result<Outcome> user_passwd(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
