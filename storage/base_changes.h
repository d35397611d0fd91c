// Which rows of the base differ between two of its states, as the journal tells.
//
// Who reads the base for long beside a server moves on from state to state with it, so that the
// pages of old ones can be used again.

#pragma once

#include <string>

#include "storage/file_system.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/person_keys.h"

namespace holdfast::storage {

// How many rows a long read takes from one state of the base before it looks for a newer one.
inline constexpr unsigned kRowsBetweenLooks = 4096;

// Adds to `changes` the rows that were written after `from` and up to `to`, as they are in `to`;
// tombstones for those that were erased. False, with anything in `changes`, when not all can be
// told: rows of a person who was forgotten meanwhile, or more than `most_bytes` of them. Errors as
// read_journal.
Result<bool> read_changes(FileSystem& files, const std::string& journal, PersonKeys& keys,
                          const BaseState& from, const BaseState& to, std::uint64_t most_bytes,
                          Memtable& changes);

}  // namespace holdfast::storage
