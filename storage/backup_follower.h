// BackupFollower: keeps a copy of a store that trails it by moments (followed_copy.h has its
// layout).

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
  // kState when the copy is of another store or another history. REQUIRES: as run_in_child.
  static Result<BackupFollower> open(const std::string& source, const std::string& copy,
                                     const StoreKind& kind, const ReportProgress& progress);

  // Copies what has become durable since; the last record of the copy, which is durable there. When
  // the store does not keep the journal any more that the copy lacks, it is begun anew with a
  // backup, and is what it was until that is there. REQUIRES: as run_in_child.
  Result<Seq> follow();

 private:
  BackupFollower(DataDirectory source, DataDirectory copy, StoreKind kind, ReportProgress progress,
                 const BackupManifest& manifest)
      : source_(std::move(source)),
        copy_(std::move(copy)),
        kind_(kind),
        progress_(std::move(progress)),
        uuid_(manifest.identity.uuid),
        last_(manifest.last) {}
  Result<void> require_same_history(const Identity& identity) const;
  Result<void> cut_torn_tail();
  Result<void> copy_keys();
  Result<Seq> follow_journal();
  Result<void> require_kept() const;
  Result<void> begin_anew();

  DataDirectory source_;
  DataDirectory copy_;
  StoreKind kind_;
  ReportProgress progress_;
  Uuid uuid_;
  Seq last_;  // of the copy; the journal is copied from the record behind the backup on
  std::uint64_t rounds_ = 0;
};

}  // namespace holdfast::storage
