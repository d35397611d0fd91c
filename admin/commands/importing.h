// Data into a store: of the systems that Holdfast takes the place of, and rows that were exported.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_import(Context& context, const Arguments& arguments);
Result<Outcome> run_import_legacy(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
