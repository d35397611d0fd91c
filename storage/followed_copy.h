// A followed copy: the directory of a copy that trails a store (backup_follower.h keeps it).
//
//   COPY/backup/        a backup, taken when the copy was begun
//   COPY/journal/       the journal from there on, every durable frame soon after it was written
//   COPY/person-keys
//   COPY/lock           held while somebody follows
//   COPY/rebased/       for a moment: the backup that takes the place of all that
//
// It is a backup at any moment: what is appended is a journal, which knows what of it is whole, and
// it counts from its first watermark on. A crash of either side, or of the network in between,
// leaves a shorter one.

#pragma once

#include <string>

#include "storage/backup.h"
#include "storage/backup_manifest.h"
#include "storage/progress.h"

namespace holdfast::storage {

// Whether a directory is a copy that is followed.
bool is_followed_copy(const std::string& directory);

// The backup in it that counts.
std::string backup_within(const std::string& copy);

// Whether its journal goes on from that backup already.
Result<bool> has_journal_behind(const std::string& copy, const BackupManifest& manifest);

// Where a follower takes the backup for a new beginning.
std::string rebased_within(const std::string& copy);

// Puts that backup in the place of what was followed so far, which goes; what a crash interrupted
// is brought to its end. Nothing happens when there is none. At every step the copy is a backup.
Result<void> begin_from_rebased(const std::string& copy);

// Reads all of such a copy: the backup, and the journal behind it. The last record. REQUIRES: as
// run_in_child.
Result<Seq> verify_followed(const std::string& copy, const StoreKind& kind,
                            const ReportProgress& progress = {});

}  // namespace holdfast::storage
