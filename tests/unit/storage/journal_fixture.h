// A journal on a disk in memory: what the journal's tests share.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/journal_reader.h"
#include "storage/journal_segment.h"
#include "storage/journal_writer.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/memory_file_system.h"

namespace holdfast::storage {

inline constexpr Uuid kUuid{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
inline const std::string kDirectory = "journal";
// Without a helper thread the operations have one order.
inline constexpr JournalOptions kSmall{.segment_bytes = 64u << 10, .spares = 0};

// For tests that read the journal thousands of times.
inline constexpr JournalOptions kTiny{.segment_bytes = 16u << 10, .spares = 0};

// The payload that was appended as batch `first`, so that a reader can tell whether it got the
// truth.
inline std::string payload_of(std::uint64_t first, std::size_t bytes) {
  std::string payload;
  while (payload.size() < bytes) payload += "record " + std::to_string(first) + ';';
  payload.resize(bytes);
  return payload;
}

inline std::unique_ptr<JournalWriter> open_journal(FileSystem& files, const JournalStart& start,
                                                   const JournalOptions& options = kSmall) {
  auto writer = JournalWriter::open(files, kDirectory, start, options);
  EXPECT_TRUE(writer) << writer.error().to_string();
  return writer ? std::move(*writer) : nullptr;
}

// Appends one batch of `count` records with a payload that says what it is.
inline Result<void> append_batch(JournalWriter& writer, std::size_t bytes = 100,
                                 std::uint32_t count = 1) {
  const Seq first = writer.next_seq();
  return writer.append(first, count, payload_of(first.value, bytes));
}

inline void append_batches(JournalWriter& writer, int batches, std::size_t bytes = 100) {
  for (int i = 0; i < batches; ++i) {
    const Result<void> done = append_batch(writer, bytes);
    ASSERT_TRUE(done) << done.error().to_string();
  }
}

struct SeenFrame {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::uint64_t epoch = 0;
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  std::string payload;
};

struct Scanned {
  Result<JournalScan> scan = error(Code::kInternal, "not scanned");
  std::vector<SeenFrame> frames;

  bool ok() const { return scan.has_value(); }
  // "segment/offset/seq" of a refusal.
  std::string refusal() const {
    if (scan || scan.error().code() != Code::kCorruption) return "none";
    std::string where;
    for (const auto& [name, value] : scan.error().fields()) {
      where += (where.empty() ? "" : " ") + name + '=' + value;
    }
    return where;
  }
};

inline Scanned scan_all(FileSystem& files, Seq applied = {},
                        ScanExtent extent = ScanExtent::kAboveApplied, const Uuid& uuid = kUuid) {
  Scanned seen;
  seen.scan = scan_journal(
      files, kDirectory, uuid, applied,
      [&](const FrameView& frame) -> Result<void> {
        seen.frames.push_back({frame.first.value, frame.count, frame.epoch, frame.segment,
                               frame.offset, std::string(frame.payload)});
        return {};
      },
      extent);
  return seen;
}

// Every frame is what was appended, in order and without a gap from `from` on; returns the last
// seq.
inline std::uint64_t expect_history(const std::vector<SeenFrame>& frames, std::uint64_t from = 1) {
  std::uint64_t next = from;
  for (const SeenFrame& frame : frames) {
    EXPECT_EQ(frame.first, next);
    EXPECT_EQ(frame.payload, payload_of(frame.first, frame.payload.size()));
    next = frame.first + frame.count;
  }
  return next - 1;
}

// What recovery does with the journal, the base holding nothing: read, cut, and begin a new epoch.
// The caller's files are those of a fresh process.
inline std::unique_ptr<JournalWriter> recover(FileSystem& files, std::uint64_t epoch,
                                              Seq applied = {},
                                              const JournalOptions& options = kSmall) {
  const Scanned seen = scan_all(files, applied);
  EXPECT_TRUE(seen.ok()) << seen.scan.error().to_string();
  if (!seen.ok()) return nullptr;
  const Result<void> cut = cut_torn_tail(files, kDirectory, *seen.scan);
  EXPECT_TRUE(cut) << cut.error().to_string();
  return open_journal(files,
                      {.uuid = kUuid,
                       .epoch = epoch,
                       .segment = seen.scan->last_segment + 1,
                       .next_seq = {seen.scan->last.value + 1},
                       .chain = seen.scan->chain},
                      options);
}

}  // namespace holdfast::storage
