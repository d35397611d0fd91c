// Importing: holdfastd --import, and what the maintenance shell needs for import-legacy. Files are
// read before the store is opened, what they would do is printed before it is done.

#pragma once

#include <vector>

#include "admin/legacy_importing.h"
#include "cmd/options.h"
#include "engine/engine.h"
#include "migrations/import/source.h"

namespace holdfast::cmd {

// All files of `options.imports`. kUsage, naming the one that cannot be read; with --dry-run also
// kDirectory when there is no data directory, for none is made then.
Result<std::vector<migrations::SourceData>> read_imports(const DaemonOptions& options);

// Imports them one after the other; with --dry-run only tells what that would do. Reports go to
// standard output, the progress of what takes long to standard error. Those before one that fails
// stay imported.
Result<void> run_imports(engine::Engine& engine, const std::vector<migrations::SourceData>& sources,
                         const DaemonOptions& options);

// The same for the maintenance shell.
admin::LegacyImporting legacy_importing();

}  // namespace holdfast::cmd
