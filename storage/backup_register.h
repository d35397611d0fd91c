// The backup register: which verified backups of a store there are, in DIR/backups. The journal
// keeps what the last two need to be carried on from.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/backup_manifest.h"
#include "storage/file_system.h"
#include "storage/store.h"

namespace holdfast::storage {

struct RegisteredBackup {
  Seq last;  // its last record: to go on from it takes the journal from there on
  Time taken;
  std::string path;
};

// Those that the journal is kept for, the newest first. A register that is missing or cannot be
// read is an empty one: it is a convenience, not data.
inline constexpr std::size_t kRegisteredBackups = 2;
std::vector<RegisteredBackup> registered_backups(FileSystem& files, const std::string& store);

// Puts a backup first in the list, durably; one of the same path is replaced. REQUIRES: it is
// verified; one caller at a time.
Result<void> register_backup(FileSystem& files, const std::string& store, const std::string& path,
                             const BackupManifest& manifest);

// The first record that the registered backups need: their last one, for what ends its segment may
// have come after the backup. Nothing if there are none.
std::optional<Seq> needed_by_backups(FileSystem& files, const std::string& store);

}  // namespace holdfast::storage
