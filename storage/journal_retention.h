// Which closed segments the journal keeps for the change feed, for audits and for restores.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage/clock.h"
#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

struct RetentionOptions {
  Duration age = Duration::seconds(std::int64_t{7} * 86'400);
  std::uint64_t bytes = 10ull << 30;
  // Records from this one on are kept beyond both: a backup goes on from there.
  std::optional<Seq> needed = {};
};

struct KeptJournal {
  Seq oldest;  // first seq that is kept
  std::uint64_t segments = 0;
  std::uint64_t bytes = 0;
  std::uint64_t segments_for_backups = 0;  // that are kept for `needed` alone
};

// Removes the oldest segments while they are wholly in the base (`applied`) and were closed longer
// ago than the age allows, or all of them are larger than allowed. The newest one always stays.
// Returns what is kept.
Result<KeptJournal> trim_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 Seq applied, Time now, const RetentionOptions& options);

}  // namespace holdfast::storage
