// Torn or damaged: what lies behind the last good frame of a journal, and whether anything proves
// that the next record had been durable. The rule and its reasons are in README.md.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/file_system.h"
#include "storage/journal_format.h"

namespace holdfast::storage {

// Where good history ends.
struct JournalBreak {
  std::uint64_t segment = 0;  // 0: before the first segment
  std::uint64_t epoch = 0;    // of that segment
  std::uint64_t offset = 0;   // of the first thing that is no good frame
  std::uint64_t search_from = 0;
  Seq expected{};  // of the record that should be there
};

struct JournalTail {
  std::optional<std::string> proof;  // that `expected` was durable: so it is damage
  std::uint64_t torn_bytes = 0;      // from `offset` to the last byte of the segment not zero
};

Result<JournalTail> examine_tail(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 const JournalBreak& at, Seq applied);

}  // namespace holdfast::storage
