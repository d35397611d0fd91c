// holdfastd --check: a check by this program itself, so that the server that runs one needs no
// other.
//
// Prints a line a finding, `finding RULE RECORD EXPECTED FOUND`, and in the end `checked FINDINGS
// ROWS SEQ DIGEST`, fields separated by tabs.

#pragma once

#include "cmd/options.h"

namespace holdfast::cmd {

// Whether nothing was found. The error: it could not be checked.
Result<bool> check_store(const DaemonOptions& options);

}  // namespace holdfast::cmd
