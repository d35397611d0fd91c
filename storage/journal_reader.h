// Reading the journal back: in order, verifying everything, and deciding at the first bad frame
// whether the tail is torn (cut it) or acknowledged history is damaged (refuse).
//
// Recovery, read-only openings, the change feed and the maintenance shell all read through this.
// Thread: any.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

struct FrameView {
  Seq first;
  std::uint32_t count = 0;
  std::uint64_t epoch = 0;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::string_view payload;  // lives during the call
};

enum class ScanExtent : std::uint8_t {
  kAboveApplied,  // from the segment that holds the record after `applied`: start-up time does not
                  // depend on how much history is kept
  kEverything,    // all kept segments: proves the whole chain
};

// What a scan of the journal found.
struct JournalScan {
  // A stretch of a segment.
  struct Extent {
    std::uint64_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };

  Seq last;                        // last good seq; `applied` when the journal is empty
  Seq oldest;                      // first seq in the kept segments; last + 1 if they hold none
  ChainValue chain{};              // after the last good frame
  std::uint64_t epoch = 0;         // highest seen
  std::uint64_t last_segment = 0;  // 0: there is none
  std::uint64_t good_bytes = 0;    // of the last segment: where a torn tail begins
  std::uint64_t torn_bytes = 0;    // from there to the last byte that is not zero
  bool clean_stop = false;
  std::vector<Extent> unproven;  // the last two writes: nothing says that they were synced
};

// Reads the journal of store `uuid` and calls `visit` for each batch frame that holds a record
// above `applied` (for each batch frame, with kEverything). kCorruption (fields segment=, offset=,
// seq=) when acknowledged history is damaged, by the rule in README.md; `applied` is the base's
// applied_seq. A torn tail is reported, not cut. An error of `visit` ends the scan.
Result<JournalScan> scan_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 Seq applied,
                                 const std::function<Result<void>(const FrameView&)>& visit,
                                 ScanExtent extent = ScanExtent::kAboveApplied);

// Cuts what scan found behind the last good frame and makes the rest really durable: the last
// writes are written again before the sync, since after a failed sync the page cache shows bytes
// that the disk does not have. REQUIRES: no writer is open.
Result<void> cut_torn_tail(FileSystem& files, const std::string& directory,
                           const JournalScan& scan);

// Visits batch frames that hold records with seq > after and <= durable, starting at the segment
// that holds them; stops when `visit` returns false. kGone (field oldest=) if the record after
// `after` is no longer kept; kCorruption as scan_journal, with the place of the damage and the seq
// that should stand there. Reads while a writer appends: frames beyond `durable` are not looked at.
Result<void> read_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                          Seq after, Seq durable,
                          const std::function<Result<bool>(const FrameView&)>& visit);

}  // namespace holdfast::storage
