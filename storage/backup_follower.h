// BackupFollower: a copy of a store that trails it by moments.
//
//   COPY/backup/        a backup, taken when the copy was begun
//   COPY/journal/       the journal from there on, every durable frame soon after it was written
//   COPY/person-keys
//   COPY/lock           held while somebody follows
//
// It is a backup at any moment: what is copied is a journal, which knows what of it is whole. A
// crash of either side, or of the network in between, leaves a shorter one. `restore` and
// verify_followed take it like any other backup.

#pragma once

#include <memory>
#include <string>

#include "storage/backup.h"
#include "storage/data_directory.h"
#include "storage/progress.h"

namespace holdfast::storage {

class BackupFollower {
 public:
  // Goes on with `copy`, or begins it with a backup. kLocked while another process follows there,
  // kCorruption when the copy is of another store or another history. REQUIRES: as run_in_child.
  static Result<BackupFollower> open(const std::string& source, const std::string& copy,
                                     const StoreKind& kind, const ReportProgress& progress);

  // Copies what has become durable since; the last record of the copy, which is durable there.
  Result<Seq> follow();

 private:
  BackupFollower(DataDirectory source, DataDirectory copy, const BackupManifest& manifest)
      : source_(std::move(source)),
        copy_(std::move(copy)),
        uuid_(manifest.identity.uuid),
        last_(manifest.last) {}
  Result<void> cut_torn_tail();
  Result<void> copy_keys();

  DataDirectory source_;
  DataDirectory copy_;
  Uuid uuid_;
  Seq last_;  // of the copy; the journal is copied from the record behind the backup on
  std::uint64_t rounds_ = 0;
};

// Whether a directory is a copy that is followed, and the backup within it.
bool is_followed_copy(const std::string& directory);
std::string backup_within(const std::string& copy);

// Reads all of such a copy: the backup, and the journal behind it. The last record. REQUIRES: as
// run_in_child.
Result<Seq> verify_followed(const std::string& copy, const StoreKind& kind,
                            const ReportProgress& progress = {});

}  // namespace holdfast::storage
