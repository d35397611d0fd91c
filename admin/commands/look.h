// Looking at a store: what is there, table by table.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_status(Context& context, const Arguments& arguments);
Result<Outcome> run_tables(Context& context, const Arguments& arguments);
Result<Outcome> run_stat(Context& context, const Arguments& arguments);
Result<Outcome> run_ls(Context& context, const Arguments& arguments);
Result<Outcome> run_get(Context& context, const Arguments& arguments);
Result<Outcome> run_account(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
