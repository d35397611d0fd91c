// The journal: its segments, its records, its proof.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

Result<Outcome> run_journal_ls(Context& context, const Arguments& arguments);
Result<Outcome> run_journal_show(Context& context, const Arguments& arguments);
Result<Outcome> run_journal_tail(Context& context, const Arguments& arguments);
Result<Outcome> run_journal_grep(Context& context, const Arguments& arguments);
Result<Outcome> run_journal_verify(Context& context, const Arguments& arguments);
Result<Outcome> run_journal_export(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
