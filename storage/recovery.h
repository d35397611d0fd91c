// Recovery: from whatever the last process left to a base that holds everything the journal does.
//
// Verify the journal above applied_seq, cut a torn tail and make the rest durable, replay it into
// the base, raise the epoch; only then may a writer open. Every step can be repeated: a crash
// within recovery is met by the next recovery. Rows of persons whose key was destroyed are passed
// over.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "storage/data_directory.h"
#include "storage/journal_writer.h"
#include "storage/lmdb_base.h"
#include "storage/person_keys.h"

namespace holdfast::storage {

struct RecoveryOptions {
  std::uint32_t schema_version = 1;  // of a new store
  std::uint64_t flush_pages = 0;     // bound of one write to the base
};

struct Recovered {
  BaseState state;     // of the base, with the new epoch
  JournalStart start;  // for the writer
  Seq oldest;          // first seq in the journal
  std::unique_ptr<PersonKeys> keys;
};

// REQUIRES: `directory` is locked. kCorruption (fields segment=, offset=, seq= where known) when
// acknowledged history is damaged or missing.
Result<Recovered> recover(FileSystem& files, const DataDirectory& directory, LmdbBase& base,
                          const RecoveryOptions& options);

}  // namespace holdfast::storage
