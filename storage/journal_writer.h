// JournalWriter: appends batch frames to segments, one write and one sync each.
//
// Thread: one at a time, whichever holds the journal (the journal thread, or the loop when it syncs
// by itself); LocalStore sees to that. Spare segments are prepared by a helper thread of its own.
//
// After any error the journal has failed: nothing more is written, and no reply that waits may ever
// be sent. A sync is never retried.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

struct JournalOptions {
  std::uint64_t segment_bytes = 64ull << 20;
  int spares = 2;
};

// Where a new epoch begins: after what recovery found. The writer opens a fresh segment with it.
struct JournalStart {
  std::array<std::uint8_t, 16> uuid{};
  std::uint64_t epoch = 1;
  std::uint64_t segment = 1;  // number of the segment to create
  Seq next_seq{1};            // seq of the first record that will be appended
  ChainValue chain{};         // of the last good frame; zeros for an empty store
};

class JournalWriter {
 public:
  // Creates spares and the first segment; durable when it returns.
  static Result<std::unique_ptr<JournalWriter>> open(FileSystem& files, std::string directory,
                                                     const JournalStart& start,
                                                     const JournalOptions& options);
  virtual ~JournalWriter();

  // Writes `count` records numbered from `first` as one frame and syncs it: durable when it
  // returns. `payload` are the records as encoded; opaque here. Rolls to the next segment when
  // full; a payload larger than a segment is kLimit... never happens: callers bound payloads to
  // kMaxPayloadBytes.
  Result<void> append(Seq first, std::uint32_t count, std::string_view payload);

  // Tells the file how far it is durable when nothing has been appended for a while, so that damage
  // to the last frame can be told from a torn tail.
  Result<void> write_watermark();

  // A stop frame, the last segment cut to its used length, all synced.
  Result<void> close();

  ChainValue chain() const;
  std::uint64_t segment() const;     // number of the one being written
  std::size_t ready_spares() const;  // any thread

 protected:
  JournalWriter() = default;
};

}  // namespace holdfast::storage
