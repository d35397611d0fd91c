#include "storage/journal_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/journal_damage.h"
#include "storage/journal_frames.h"
#include "storage/journal_segment.h"

namespace holdfast::storage {

namespace {

std::unexpected<Status> damaged(std::uint64_t segment, std::uint64_t offset, Seq seq,
                                std::string_view reason) {
  return std::unexpected(
      Status(Code::kCorruption, fmt::format("the journal is damaged: {}", reason))
          .with("segment", std::to_string(segment))
          .with("offset", std::to_string(offset))
          .with("seq", std::to_string(seq.value)));
}

struct Successor {
  std::optional<SegmentHeader> header;  // nothing: missing, blank or damaged
  std::string why;                      // there is none
};

Result<Successor> find_successor(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 std::uint64_t number) {
  const bool present = TRY(files.exists(segment_path(directory, number)));
  if (!present) return Successor{std::nullopt, "the segment is missing"};
  SegmentReader reader = TRY(SegmentReader::open(files, directory, number));
  Result<SegmentHeader> header = reader.header(uuid);
  if (header) return Successor{*header, {}};
  if (header.error().code() != Code::kCorruption) return std::unexpected(header.error());
  return Successor{std::nullopt, header.error().message()};
}

// Where a walk stands when a segment has ended, and whether a header goes on from there.
bool goes_on(const SegmentHeader& next, Seq expected, const ChainValue& chain) {
  return next.first == expected && next.chain == chain;
}

class Scan {
 public:
  Scan(FileSystem& files, const std::string& directory, const Uuid& uuid, Seq applied,
       const std::function<Result<void>(const FrameView&)>& visit, ScanExtent extent)
      : files_(files),
        directory_(directory),
        uuid_(uuid),
        applied_(applied),
        visit_(visit),
        extent_(extent) {}

  Result<JournalScan> run();

 private:
  Result<JournalScan> without_segments();
  Result<void> read_frames(FrameCursor& cursor);
  Result<std::optional<SegmentHeader>> after(const FrameCursor& cursor);
  Result<std::optional<JournalScan>> conclude(FrameCursor& cursor);
  void wrote(std::uint64_t segment, std::uint64_t offset, std::uint64_t bytes);

  FileSystem& files_;
  const std::string& directory_;
  const Uuid& uuid_;
  const Seq applied_;
  const std::function<Result<void>(const FrameView&)>& visit_;
  const ScanExtent extent_;
  JournalScan result_;
  std::uint64_t looked_again_at_ = 0;  // offset of the segment; once at each place
  std::optional<FrameKind> ended_by_;  // the frame that ends the segment, if one did
};

Result<JournalScan> Scan::run() {
  const std::vector<SegmentHeader> begun = TRY(begun_segments(files_, directory_, uuid_));
  const Seq needed{applied_.value + 1};
  if (begun.empty()) return without_segments();
  if (begun.front().first > needed) {
    return damaged(begun.front().segment - 1, 0, needed,
                   fmt::format("the first segment begins with seq {}, the base ends with seq {}",
                               begun.front().first.value, applied_.value));
  }
  SegmentHeader header = begun.front();
  if (extent_ == ScanExtent::kAboveApplied) {
    for (const SegmentHeader& later : begun) {
      if (later.first <= needed) header = later;
    }
  }
  result_.oldest = begun.front().first;
  while (true) {
    wrote(header.segment, 0, kSegmentHeaderBytes);
    SegmentReader reader = TRY(SegmentReader::open(files_, directory_, header.segment));
    FrameCursor cursor(std::move(reader), header);
    std::optional<SegmentHeader> next;
    while (!next) {
      TRY(read_frames(cursor));
      next = TRY(after(cursor));
      if (next) break;
      if (auto end = TRY(conclude(cursor))) return *std::move(end);
    }
    header = *next;
  }
}

// Nothing to read: a store whose first opening never came to its end, or one that lost everything.
Result<JournalScan> Scan::without_segments() {
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files_, directory_));
  const std::uint64_t segment = numbers.empty() ? 1 : numbers.front();
  const Seq expected{applied_.value + 1};
  if (applied_.value > 0) {
    // A store always keeps the segment it wrote last.
    return damaged(segment, 0, expected,
                   fmt::format("no segment is left, the base ends with seq {}", applied_.value));
  }
  const JournalTail tail =
      TRY(examine_tail(files_, directory_, uuid_, {.expected = expected}, applied_));
  if (tail.proof) {
    return damaged(segment, 0, expected,
                   fmt::format("the segment header is not valid here, but {}", *tail.proof));
  }
  result_.oldest = expected;
  return result_;
}

Result<void> Scan::read_frames(FrameCursor& cursor) {
  ended_by_.reset();
  while (!ended_by_) {
    const bool good = TRY(cursor.next());
    if (!good) return {};
    const FrameHeader& frame = cursor.header();
    wrote(cursor.segment().segment, cursor.frame_offset(), cursor.offset() - cursor.frame_offset());
    if (frame.kind == FrameKind::kRoll || frame.kind == FrameKind::kStop) ended_by_ = frame.kind;
    const bool wanted =
        extent_ == ScanExtent::kEverything || cursor.expected().value > applied_.value + 1;
    if (frame.kind == FrameKind::kBatch && wanted) {
      TRY(visit_({.first = frame.first,
                  .count = frame.count,
                  .epoch = frame.epoch,
                  .segment = cursor.segment().segment,
                  .offset = cursor.frame_offset(),
                  .payload = cursor.payload()}));
    }
  }
  return {};
}

// The header of the segment that goes on where this one ends; nothing if the journal ends here.
Result<std::optional<SegmentHeader>> Scan::after(const FrameCursor& cursor) {
  const std::uint64_t number = cursor.segment().segment + 1;
  const Successor successor = TRY(find_successor(files_, directory_, uuid_, number));
  const std::optional<SegmentHeader>& next = successor.header;
  const bool fits = next && goes_on(*next, cursor.expected(), cursor.chain());
  if (ended_by_ == FrameKind::kRoll) {
    if (fits && next->epoch == cursor.segment().epoch) return next;
    return damaged(number, 0, cursor.expected(),
                   next ? "the segment does not go on from the one before it" : successor.why);
  }
  // A segment of a higher epoch was made by a recovery, after it had cut this one for good.
  if (!next || next->epoch <= cursor.segment().epoch) return std::nullopt;
  if (fits) return next;
  const std::string why = ended_by_ ? "the segment was stopped" : cursor.why();
  return damaged(cursor.segment().segment, cursor.offset(), cursor.expected(),
                 fmt::format("{}, but segment {} goes on from elsewhere", why, number));
}

// What the journal holds, if it ends here; nothing if it has gone on meanwhile: a writer may be at
// work beside us. Frames are written in order, so what a later one proves can be read by now,
// unless it is damaged.
Result<std::optional<JournalScan>> Scan::conclude(FrameCursor& cursor) {
  const SegmentHeader& segment = cursor.segment();
  const JournalBreak at{.segment = segment.segment,
                        .epoch = segment.epoch,
                        .offset = cursor.offset(),
                        .search_from = ended_by_ ? cursor.offset() : cursor.resume_offset(),
                        .expected = cursor.expected()};
  const JournalTail tail = TRY(examine_tail(files_, directory_, uuid_, at, applied_));
  if (tail.proof) {
    if (!ended_by_ && looked_again_at_ != at.offset) {
      looked_again_at_ = at.offset;
      SegmentReader fresh = TRY(SegmentReader::open(files_, directory_, at.segment));
      if (TRY(cursor.look_again(std::move(fresh)))) return std::optional<JournalScan>();
    }
    const std::string why = ended_by_ ? "the segment was stopped" : cursor.why();
    return damaged(at.segment, at.offset, at.expected, fmt::format("{}, but {}", why, *tail.proof));
  }
  result_.last = {at.expected.value - 1};
  result_.chain = cursor.chain();
  result_.epoch = segment.epoch;
  result_.last_segment = segment.segment;
  result_.good_bytes = at.offset;
  result_.torn_bytes = tail.torn_bytes;
  result_.clean_stop = ended_by_ == FrameKind::kStop;
  return std::optional(std::move(result_));
}

// A journal has one write in flight; when it rolls, the two that belong together are synced one
// after the other but either may have failed.
void Scan::wrote(std::uint64_t segment, std::uint64_t offset, std::uint64_t bytes) {
  if (result_.unproven.size() == 2) result_.unproven.erase(result_.unproven.begin());
  result_.unproven.push_back({segment, offset, bytes});
}

// How reading the frames of one segment came to its end.
enum class Shown : std::uint8_t {
  kAll,     // everything that was asked for
  kEnded,   // a frame that ends the segment
  kBroken,  // something that is no good frame
};

Result<Shown> show_frames(FrameCursor& cursor, Seq after, Seq durable,
                          const std::function<Result<bool>(const FrameView&)>& visit) {
  while (cursor.expected() <= durable) {
    if (!TRY(cursor.next_above(after))) return Shown::kBroken;
    const FrameHeader& frame = cursor.header();
    if (frame.kind == FrameKind::kRoll || frame.kind == FrameKind::kStop) return Shown::kEnded;
    if (frame.kind != FrameKind::kBatch || frame.next().value <= after.value + 1) continue;
    const bool more = TRY(visit({.first = frame.first,
                                 .count = frame.count,
                                 .epoch = frame.epoch,
                                 .segment = cursor.segment().segment,
                                 .offset = cursor.frame_offset(),
                                 .payload = cursor.payload()}));
    if (!more) return Shown::kAll;
  }
  return Shown::kAll;
}

// Durable records are missing behind `cursor`. What broke off is damaged there. What ended in order
// has a successor, and that is damaged.
Result<void> where_it_breaks(FileSystem& files, const std::string& directory, const Uuid& uuid,
                             const FrameCursor& cursor, Shown shown) {
  const std::uint64_t number = cursor.segment().segment;
  if (shown == Shown::kBroken) {
    return damaged(number, cursor.offset(), cursor.expected(), cursor.why());
  }
  const Successor next = TRY(find_successor(files, directory, uuid, number + 1));
  return damaged(number + 1, 0, cursor.expected(),
                 next.header ? "the segment does not go on from the one before it" : next.why);
}

// No segment has begun, and there are durable records: the files may be gone, all of them, but the
// first that is there must be one.
Result<void> expect_first_segment(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                  Seq needed) {
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  if (numbers.empty()) return {};
  const Successor first = TRY(find_successor(files, directory, uuid, numbers.front()));
  if (first.header) return {};
  return damaged(numbers.front(), 0, needed, first.why);
}

}  // namespace

Result<JournalScan> scan_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 Seq applied,
                                 const std::function<Result<void>(const FrameView&)>& visit,
                                 ScanExtent extent) {
  return Scan(files, directory, uuid, applied, visit, extent).run();
}

Result<void> cut_torn_tail(FileSystem& files, const std::string& directory,
                           const JournalScan& scan) {
  for (const JournalScan::Extent& write : scan.unproven) {
    const std::unique_ptr<File> file =
        TRY(files.open(segment_path(directory, write.segment), OpenMode::kReadWrite));
    const std::string bytes =
        TRY(file->read_at(write.offset, static_cast<std::size_t>(write.bytes)));
    TRY(file->write_at(write.offset, bytes));
    if (write.segment == scan.last_segment) TRY(file->truncate(scan.good_bytes));
    TRY(file->sync());
  }
  return files.sync_directory(directory);
}

Result<void> read_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                          Seq after, Seq durable,
                          const std::function<Result<bool>(const FrameView&)>& visit) {
  if (after >= durable) return {};
  const std::vector<SegmentHeader> begun = TRY(begun_segments(files, directory, uuid));
  const Seq needed{after.value + 1};
  if (begun.empty()) TRY(expect_first_segment(files, directory, uuid, needed));
  const Seq oldest = begun.empty() ? Seq{durable.value + 1} : begun.front().first;
  if (oldest > needed) {
    return std::unexpected(
        Status(Code::kGone, fmt::format("seq {} is no longer in the journal", needed.value))
            .with("oldest", std::to_string(oldest.value)));
  }
  std::size_t index = 0;
  while (index + 1 < begun.size() && begun[index + 1].first <= needed) ++index;
  for (;; ++index) {
    SegmentReader reader = TRY(SegmentReader::open(files, directory, begun[index].segment));
    FrameCursor cursor(std::move(reader), begun[index]);
    const Shown shown = TRY(show_frames(cursor, after, durable, visit));
    if (shown == Shown::kAll) return {};
    const bool goes_on = index + 1 < begun.size() && begun[index + 1].first == cursor.expected();
    if (!goes_on) return where_it_breaks(files, directory, uuid, cursor, shown);
  }
}

}  // namespace holdfast::storage
