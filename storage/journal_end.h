// JournalEnd: where the journal of a store ends for certain, found from outside its process.

#pragma once

#include <cstdint>
#include <string>

#include "storage/data_directory.h"
#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

struct JournalEnd {
  Seq last;                        // `after` when nothing is above it
  Time last_time;                  // of that record; {0} when nothing is above `after`
  Seq oldest;                      // first seq in the kept segments
  std::uint64_t epoch = 0;         // highest seen
  std::uint64_t last_segment = 0;  // 0: there is none
};

// Of the journal of store `uuid` in `directory`, whose records up to `after` are known. Beside a
// daemon it ends with the last record that is proven durable; without one, with the last that is
// whole, as a recovery will find it. kCorruption when acknowledged history is damaged.
Result<JournalEnd> find_journal_end(FileSystem& files, const DataDirectory& directory,
                                    const Uuid& uuid, Seq after);

// The store that the journal belongs to, by its oldest segment. kNotFound without a segment,
// kCorruption.
Result<Uuid> journal_uuid(FileSystem& files, const std::string& journal);

}  // namespace holdfast::storage
