// holdfastd --backup: a backup by this program itself, so that the server that takes one needs no
// other.

#pragma once

#include "cmd/options.h"

namespace holdfast::cmd {

// Takes the backup that `options` name, beside a daemon or without one; says on standard output
// what it does.
Result<void> take_backup(const DaemonOptions& options);

}  // namespace holdfast::cmd
