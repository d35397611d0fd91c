// Mending a store, and what is done to one that is stopped.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_repair(Context& context, const Arguments& arguments);
Result<Outcome> run_rebuild(Context& context, const Arguments& arguments);
Result<Outcome> run_compact(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
