// Backup rotation: a directory of backups, named by when they were taken, of which the newest are
// kept.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage/clock.h"
#include "storage/journal_format.h"
#include "storage/status.h"

namespace holdfast::storage {

// "DIR/2026-12-01T101144Z"; the directory is made if it is missing.
Result<std::string> rotated_backup_path(const std::string& directory, Time now);

// Removes all backups of store `uuid` that have such a name but the newest `keep`; what is anything
// else stays. A backup that is being removed is none from the first moment on. Returns their paths.
// REQUIRES: keep > 0.
Result<std::vector<std::string>> keep_newest_backups(const std::string& directory, const Uuid& uuid,
                                                     std::size_t keep);

}  // namespace holdfast::storage
