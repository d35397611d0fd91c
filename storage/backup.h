// Backup: a copy of a store that can be restored to any point from its base on.
//
//   BACKUP/MANIFEST       what it is, and a checksum of every file
//   BACKUP/base/data.mdb  the base, compacted
//   BACKUP/journal/       what is above the base, up to the last durable record, and a watermark
//   BACKUP/person-keys
//
// It is laid out as a data directory, so that whatever reads one reads the other. Taken from
// outside the process that has the store: beside a daemon, which goes on writing, or without one.

#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "storage/backup_manifest.h"
#include "storage/lmdb_base.h"
#include "storage/progress.h"
#include "storage/store.h"

namespace holdfast::storage {

// Of the program that reads and writes stores and backups.
struct StoreKind {
  std::span<const TableSpec> tables = {};
  std::uint32_t schema_version = 1;
  std::uint64_t map_bytes = BaseOptions().map_bytes;
};

struct BackupOptions {
  std::string source = {};         // a data directory
  std::string destination = {};    // must not exist
  std::string registered_as = {};  // where it will be found, if not there
  StoreKind kind = {};
  Seq at_least = {};  // waits until this record is proven durable, which takes a moment at most
  ReportProgress progress = {};
};

// Durable and verified when it returns; on an error there is nothing. The source's list of backups
// (backup_register.h) then names it. One at a time: kBusy. kDirectory, kExists, kNewer,
// kCorruption, kIo. REQUIRES: as run_in_child.
Result<BackupManifest> take_backup(const BackupOptions& options);

// Reads all of a backup and compares it with its manifest: files, rows, digest, chain. kCorruption
// names the first thing that is wrong. REQUIRES: as run_in_child.
Result<BackupManifest> verify_backup(const std::string& backup, const StoreKind& kind,
                                     const ReportProgress& progress = {});

}  // namespace holdfast::storage
