// The check of the journal: every kept segment, the chain of frames, every record in them.

#pragma once

#include <functional>
#include <string>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/journal_reader.h"
#include "storage/store.h"

namespace holdfast::admin {

struct JournalCheck {
  storage::Seq oldest;
  storage::Seq last;
  std::uint64_t records = 0;
  std::uint64_t segments = 0;
  std::uint64_t torn_bytes = 0;
  bool clean_stop = false;
  std::string chain;  // 64 hexadecimal digits: stands for the whole history
};

// Whether the folder of the journal is there; without it there is a finding (journal.damaged).
Result<bool> check_journal_folder(const std::string& directory, const Report& report);

// Rules: journal.damaged (a frame, a segment or a record is not what was written, or is missing),
// journal.foreign (a segment file that is not of this store), journal.record. `identity` and
// `applied` are the base's; `frame` is called for each frame. A journal that a server goes on
// writing is looked at again where it seems damaged: its end moves.
Result<JournalCheck> check_journal(const std::string& directory, const storage::Identity& identity,
                                   storage::Seq applied, const Report& report,
                                   const std::function<void()>& frame);

}  // namespace holdfast::admin
