// Copying the part of a journal that a backup needs.

#pragma once

#include <string>
#include <vector>

#include "storage/file_copy.h"
#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

struct CopiedSegment {
  std::uint64_t number = 0;
  FileSum sum;
};

struct CopiedJournal {
  std::vector<CopiedSegment> segments;  // ascending
  Seq last;                             // of the last frame copied
  ChainValue chain{};                   // of that frame
};

// Copies the journal `from` of store `uuid`, from the segment that holds the record after `after`
// up to the frame that holds the record `last`, into the directory `to`, unsynced, with a watermark
// file that proves all of it; a segment that is there already is replaced. Every frame is verified
// on the way. kGone when the record after `after` is not kept any more, kCorruption. REQUIRES:
// `last` >= `after`.
Result<CopiedJournal> copy_journal(FileSystem& files, const std::string& from, const Uuid& uuid,
                                   Seq after, Seq last, const std::string& to);

// The same for a copy that will be scanned: of the frames only the headers are read, and what is
// damaged is copied as it is. Returns `last` or the last record of its frame.
Result<Seq> copy_journal_unread(FileSystem& files, const std::string& from, const Uuid& uuid,
                                Seq after, Seq last, const std::string& to);

// The first record that a copied journal `to` which ends at the record `after` needs: the next one,
// and if it has a segment, its last one, for what ends its segment may be missing.
Result<Seq> first_needed(FileSystem& files, const std::string& to, Seq after);

// The same for a copy that is there up to the record `after`: only what it lacks is written, and
// all of it is durable, the watermark last, when it returns. kGone when the segment of the record
// first_needed() is not kept any more. REQUIRES: every segment of
// the copy ends with a whole frame. kCorruption also when the two journals do not agree where the
// copy ends.
Result<CopiedJournal> extend_journal(FileSystem& files, const std::string& from, const Uuid& uuid,
                                     Seq after, Seq last, const std::string& to);

}  // namespace holdfast::storage
