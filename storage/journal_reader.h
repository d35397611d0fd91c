// JournalReader: reads frames back in order, verifies all of them, and decides at the first bad one
// whether the tail is torn (cut it) or acknowledged history is damaged (refuse).
//
// Recovery, read-only openings, the change feed and the maintenance shell all read through this.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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

// What a full read of the journal found.
struct JournalScan {
  Seq last;                 // last good seq; `applied` when the journal is empty
  Seq oldest;               // first seq present in the kept segments
  ChainValue chain{};       // after the last good frame
  std::uint64_t epoch = 0;  // highest seen
  std::uint64_t last_segment = 0;
  std::uint64_t good_bytes = 0;  // of the last segment: where a torn tail begins
  std::uint64_t torn_bytes = 0;  // behind it, not zero
  bool clean_stop = false;
};

// Reads all kept segments of the journal of store `uuid` and calls `visit` for each batch frame.
// kCorruption (fields segment=, offset=, seq=) when acknowledged history is damaged, by the rule in
// README.md; `applied` is the base's applied_seq. A torn tail is reported, not cut.
Result<JournalScan> scan_journal(FileSystem& files, const std::string& directory,
                                 const std::array<std::uint8_t, 16>& uuid, Seq applied,
                                 const std::function<Result<void>(const FrameView&)>& visit);

// Cuts what scan found behind the last good frame, synced.
Result<void> cut_torn_tail(FileSystem& files, const std::string& directory,
                           const JournalScan& scan);

// Visits batch frames that hold records with seq > after and <= durable, starting at the segment
// that holds them; stops when `visit` returns false. kGone (field oldest=) if the record after
// `after` is no longer kept. Reads while a writer appends: frames beyond `durable` are not looked
// at.
Result<void> read_journal(FileSystem& files, const std::string& directory,
                          const std::array<std::uint8_t, 16>& uuid, Seq after, Seq durable,
                          const std::function<Result<bool>(const FrameView&)>& visit);

}  // namespace holdfast::storage
