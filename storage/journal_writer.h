// JournalWriter: appends batch frames to segments, one write and one sync each.
//
// Thread: one at a time, whichever holds the journal (the journal thread, or the loop when it syncs
// by itself); LocalStore sees to that. Spare segments are prepared by a helper thread of its own.
//
// After any error the journal has failed: nothing more is written, and no reply that waits may ever
// be sent. A sync is never retried.

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/clock.h"
#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/journal_spares.h"
#include "storage/journal_watermark.h"
#include "storage/store.h"

namespace holdfast::storage {

struct JournalOptions {
  // A segment is this large unless a single frame needs more. At least kMinSegmentBytes.
  std::uint64_t segment_bytes = 64ull << 20;
  // Prepared ahead by a helper thread; 0: made when needed, in the call, without a thread.
  int spares = 2;
  const Clock* clock = nullptr;  // for SegmentHeader::created; nullptr: the system's
};
inline constexpr std::uint64_t kMinSegmentBytes = 2 * kSegmentHeaderBytes;

// Where a new epoch begins: after what recovery found.
struct JournalStart {
  Uuid uuid{};
  std::uint64_t epoch = 1;    // higher than any before, durably so
  std::uint64_t segment = 1;  // to create: JournalScan::last_segment + 1
  Seq next_seq{1};            // seq of the first record that will be appended
  ChainValue chain{};         // of the last good frame; zeros for an empty store
};

class JournalWriter {
 public:
  // Makes the directory if it is missing, and the first segment; durable when it returns. Spares
  // follow by and by.
  static Result<std::unique_ptr<JournalWriter>> open(FileSystem& files, std::string directory,
                                                     const JournalStart& start,
                                                     const JournalOptions& options);
  ~JournalWriter();  // without close(): as after a crash
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // Writes `count` records numbered from `first` as one frame and syncs it: durable when it
  // returns. `payload` are the records as encoded; opaque here. Rolls to the next segment when this
  // one is full. A payload over kMaxPayloadBytes is kLimit, and nothing has happened.
  // REQUIRES: `first` follows the last record; count > 0; not closed.
  Result<void> append(Seq first, std::uint32_t count, std::string_view payload);

  // Tells the files how far they are durable when nothing has been appended for a while, so that
  // damage to the last frame can be told from a torn tail. Does nothing if they know already.
  Result<void> write_watermark();

  // A stop frame, the last segment cut to its used length, all synced.
  Result<void> close();

  ChainValue chain() const { return chain_; }
  std::uint64_t segment() const { return segment_; }  // number of the one being written
  Seq next_seq() const { return next_; }

  // The spare segments; any thread.
  std::size_t ready_spares() const { return spares_.ready(); }
  bool spares_refused() const { return spares_.refused(); }
  // False while the `waiting` bytes and a `next` payload might need a segment that is still being
  // made: to append them would wait for it or, on a disk that has filled meanwhile, fail the
  // journal. True when there is none to wait for: segments are made when needed, or have been
  // refused (spares_refused()). Exact while a segment takes what waits and four times `next`.
  bool has_room(std::uint64_t waiting, std::uint64_t next) const;
  // `tell` is called, from another thread, when has_room() or spares_refused() may have changed.
  void on_spare(std::function<void()> tell) { spares_.on_change(std::move(tell)); }

 private:
  JournalWriter(FileSystem& files, std::string directory, const JournalStart& start,
                const JournalOptions& options, WatermarkFile watermark);
  Result<void> begin();
  Result<void> write_frame(FrameKind kind, std::uint32_t count, std::string_view payload);
  Result<void> roll();
  Result<void> tell_watermark();
  Result<void> finish();
  void encode(FrameKind kind, std::uint32_t count, std::string_view payload);
  std::string header_block(std::uint64_t segment, const ChainValue& chain) const;
  // Remembers the first error: every later call fails with it.
  Result<void> keep(Result<void> result);

  const Uuid uuid_;
  const std::uint64_t epoch_;
  const std::uint64_t segment_bytes_;
  const Clock& clock_;
  SpareSegments spares_;
  WatermarkFile watermark_;
  std::uint64_t segment_;
  std::unique_ptr<File> file_;
  std::atomic<std::uint64_t> used_ = 0;  // of file_; all of it durable between calls
  Seq next_;
  Seq told_;  // the watermark that was last written as such
  ChainValue chain_;
  std::string frame_;  // the frame being built; kept for its memory
  std::optional<Status> failure_;
  bool closed_ = false;
};

}  // namespace holdfast::storage
