// Recovery: from whatever the last process left to a base that holds everything the journal does.
//
// Verify the journal above applied_seq, cut a torn tail and make the rest durable, replay it into
// the base, raise the epoch; only then may a writer open. Every step can be repeated: a crash
// within recovery is met by the next recovery. Rows of persons whose key was destroyed are passed
// over.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "storage/data_directory.h"
#include "storage/journal_reader.h"
#include "storage/journal_record.h"
#include "storage/journal_writer.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/person_keys.h"

namespace holdfast::storage {

// Redoes records in order, on a memtable.
class Replay {
 public:
  // `state`: of the base that the records go on top of.
  Replay(PersonKeys& keys, const BaseState& state);

  // Redoes those records of the frame that are above reached(). kCorruption if one is missing.
  Result<void> frame(const FrameView& frame, Memtable& rows);
  const Memtable::Reach& reached() const { return reach_; }

 private:
  Result<void> write(const StoredWrite& write, Memtable& rows);

  PersonKeys& keys_;
  Memtable::Reach reach_;
  StoredRecord record_;
};

// Shows the records with seq > after and <= durable, in order, until `visit` returns false: what
// Store::replay promises.
Result<void> replay_records(FileSystem& files, const std::string& journal, const Uuid& uuid,
                            Seq after, Seq durable,
                            const std::function<bool(const RecordView&)>& visit);

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
