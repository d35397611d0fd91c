// Restore: a new data directory from a backup, a journal or both, as of a record or a moment.
//
// The base of the backup, that of the store itself, or nothing, and on top of it every record up to
// the point, from the backup's journal and then from that of the store it was taken of. The new
// directory gets its name when it is complete and durable; nothing else is changed.
//
// Whoever saw records that the new store does not have must not take its records for those: so it
// begins a new history, unless it ends where the journal of the store ends, which nobody can know
// without that journal.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

#include "storage/backup.h"
#include "storage/progress.h"
#include "storage/store.h"

namespace holdfast::storage {

// The end of what there is; the state after a record; the state after the last record that was
// committed at that moment or before.
using RestorePoint = std::variant<std::monostate, Seq, Time>;

struct RestoreReport {
  Identity identity;  // epoch: the highest so far, the next opening raises it
  Seq base;           // where the replay began
  Seq last;           // of the new store
  Time last_time;     // of that record
  bool new_history = false;
};

struct RestoreOptions {
  // A backup, or a copy that is followed; empty: from the first record on, which the journal must
  // have.
  std::string backup = {};
  std::string store = {};  // a data directory whose journal goes on from the backup; may be empty,
                           // may be in use
  // Begin from the base of `store`: where its journal is what is damaged. The base is proven first,
  // row by row. REQUIRES: `store`, and no `backup`.
  bool own_base = false;
  std::string into = {};  // must not exist
  RestorePoint to = {};
  StoreKind kind = {};
  ReportProgress progress = {};
  // What else belongs into the new store, done in `directory` before it gets its name.
  std::function<Result<void>(const std::string& directory, const RestoreReport& report)> complete =
      {};
};

// Durable when it returns; on an error there is nothing. kBadValue for a point that is not covered,
// naming what is; kExists, kDirectory, kNewer, kGone, kCorruption (fields segment=, offset=, seq=
// where known; of which PersonKeys::are_lost tells one), kIo. REQUIRES: as run_in_child; `backup`
// or `store` is given.
Result<RestoreReport> restore(const RestoreOptions& options);

// The same into `directory`, which exists and is empty, unsynced and without looking whether the
// backup is sound: for a scratch copy.
Result<RestoreReport> restore_within(const std::string& directory, const RestoreOptions& options);

}  // namespace holdfast::storage
