// Backups, restores, and looking at the past.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_backup(Context& context, const Arguments& arguments);
Result<Outcome> run_backup_verify(Context& context, const Arguments& arguments);
Result<Outcome> run_restore(Context& context, const Arguments& arguments);
Result<Outcome> run_asof(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
