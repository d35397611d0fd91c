// Data out of a store, for other programs.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_export(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
