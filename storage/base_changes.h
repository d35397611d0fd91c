// Which rows of the base differ between two of its states, as the journal tells.
//
// Who reads the base for long beside a server moves on from state to state with it, so that the
// pages of old ones can be used again.

#pragma once

#include <cstdint>
#include <string>

#include "storage/file_system.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/person_keys.h"

namespace holdfast::storage {

// When a long read looks for a newer state: not before it has read as many rows as it had to take
// in at the last move, so that it comes to its end however much is written. A server that writes
// faster than it is read moves ever further ahead, and once more has changed than can be taken in
// the read stays where it is.
class LookSchedule {
 public:
  static constexpr std::uint64_t kRowsBetween = 4096;  // at least
  // Whether to look now; asked at each row.
  bool due() {
    ++rows_;
    return rows_ % kRowsBetween == 0 && rows_ >= next_;
  }
  void took_in(std::uint64_t rows) { next_ = rows_ + rows; }

 private:
  std::uint64_t rows_ = 0;
  std::uint64_t next_ = 0;
};

// Adds to `changes` the rows that were written after `from` and up to `to`, as they are in `to`;
// tombstones for those that were erased. False, with anything in `changes`, when not all can be
// told: rows of a person who was forgotten meanwhile, or more than `most_bytes` of them. Errors as
// read_journal.
Result<bool> read_changes(FileSystem& files, const std::string& journal, PersonKeys& keys,
                          const BaseState& from, const BaseState& to, std::uint64_t most_bytes,
                          Memtable& changes);

}  // namespace holdfast::storage
