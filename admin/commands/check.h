// check: proves that the store is sound, or says what is not.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_check(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
