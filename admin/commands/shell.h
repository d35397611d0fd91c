// The commands about the shell itself.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_help(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
