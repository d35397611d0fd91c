// Data out of a store, for other programs, and the schema it is in.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_export(Context& context, const Arguments& arguments);
Result<Outcome> run_migrate_status(Context& context, const Arguments& arguments);
Result<Outcome> run_migrate_run(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
