#include "storage/journal_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "storage/journal_frames.h"
#include "storage/journal_segment.h"
#include "storage/journal_watermark.h"

namespace holdfast::storage {

namespace {

std::unexpected<Status> broken(const FrameCursor& cursor, std::string_view why) {
  return std::unexpected(Status(Code::kCorruption, fmt::format("the journal is damaged: {}", why))
                             .with("segment", std::to_string(cursor.segment().segment))
                             .with("offset", std::to_string(cursor.offset()))
                             .with("seq", std::to_string(cursor.expected().value)));
}

enum class Frames : std::uint8_t {
  kVerified,  // all of each, and the chain
  kCounted,   // their headers, to know where they end
};

// Moves over the frames of a segment up to the one that holds `last`.
Result<FrameCursor> walk(FileSystem& files, const std::string& journal, const SegmentHeader& header,
                         Seq last, Frames frames) {
  FrameCursor cursor(TRY(SegmentReader::open(files, journal, header.segment)), header);
  while (cursor.expected() <= last) {
    const bool good = TRY(frames == Frames::kVerified ? cursor.next() : cursor.next_above(last));
    if (!good) break;  // the next segment goes on, or it is damaged
    const FrameKind kind = cursor.header().kind;
    if (kind == FrameKind::kRoll || kind == FrameKind::kStop) break;
  }
  return cursor;
}

// What becomes of each segment, whose good frames end at `bytes`.
using CopySegment = std::function<Result<FileSum>(std::uint64_t number, std::uint64_t bytes)>;

// From the segment that holds the record `after` on, if it is kept: what ends it, a roll frame that
// says that there is a successor, may be what a copy that stopped there lacks. `needed` is the
// first record that must be kept.
Result<CopiedJournal> copy_segments(FileSystem& files, const std::string& from, const Uuid& uuid,
                                    Seq after, Seq needed, Seq last, Frames frames,
                                    const std::string& to, const CopySegment& copy) {
  const std::vector<SegmentHeader> begun = TRY(begun_segments(files, from, uuid));
  if (begun.empty() || begun.front().first > needed) {
    return std::unexpected(
        Status(Code::kGone, fmt::format("seq {} is no longer in the journal", needed.value))
            .with("oldest", std::to_string(begun.empty() ? 0 : begun.front().first.value)));
  }
  std::size_t index = 0;
  while (index + 1 < begun.size() && begun[index + 1].first <= after) ++index;
  CopiedJournal copied;
  while (true) {
    const FrameCursor cursor = TRY(walk(files, from, begun[index], last, frames));
    const std::uint64_t number = begun[index].segment;
    copied.segments.push_back({number, TRY(copy(number, cursor.offset()))});
    if (cursor.expected() > last) {
      copied.last = {cursor.expected().value - 1};
      copied.chain = cursor.chain();
      break;
    }
    const bool goes_on = index + 1 < begun.size() && begun[index + 1].first == cursor.expected() &&
                         (frames == Frames::kCounted || begun[index + 1].chain == cursor.chain());
    if (!goes_on) return broken(cursor, cursor.why());
    ++index;
  }
  WatermarkFile watermark = TRY(WatermarkFile::open(files, to, uuid));
  TRY(watermark.write(begun[index].epoch, copied.last));
  return copied;
}

// Whether the two files begin with the same `bytes` bytes, as far as their last frame header shows:
// the chain value in it stands for all before.
Result<bool> agree(FileSystem& files, const std::string& one, const std::string& other,
                   std::uint64_t bytes) {
  const std::uint64_t from = bytes - std::min<std::uint64_t>(bytes, kSegmentHeaderBytes);
  const auto size = static_cast<std::size_t>(bytes - from);
  const auto left = TRY(files.open(one, OpenMode::kRead));
  const auto right = TRY(files.open(other, OpenMode::kRead));
  const std::string left_bytes = TRY(left->read_at(from, size));
  const std::string right_bytes = TRY(right->read_at(from, size));
  return left_bytes == right_bytes;
}

// Appends to the segment `to` what of the first `bytes` bytes of `from` it lacks, durably.
Result<void> append_segment(FileSystem& files, const std::string& from, const std::string& to,
                            std::uint64_t bytes) {
  constexpr std::size_t kSegmentBlock = 1u << 20;
  const auto source = TRY(files.open(from, OpenMode::kRead));
  const auto copy = TRY(files.open(to, OpenMode::kCreate));
  std::uint64_t at = TRY(copy->size());
  const bool same = TRY(agree(files, from, to, std::min(at, bytes)));
  if (!same) {
    return error(Code::kCorruption, fmt::format("{} does not go on from what {} is a copy of: it "
                                                "has another history",
                                                from, to));
  }
  while (at < bytes) {
    const std::string block = TRY(source->read_at(
        at, static_cast<std::size_t>(std::min<std::uint64_t>(kSegmentBlock, bytes - at))));
    if (block.empty()) break;
    TRY(copy->write_at(at, block));
    at += block.size();
  }
  return copy->sync();
}

CopySegment copy_anew(FileSystem& files, const std::string& from, const std::string& to) {
  return [&](std::uint64_t number, std::uint64_t bytes) -> Result<FileSum> {
    const std::string path = segment_path(to, number);
    const bool present = TRY(files.exists(path));
    if (present) TRY(files.remove(path));
    return copy_file(segment_path(from, number), path, bytes);
  };
}

}  // namespace

Result<CopiedJournal> copy_journal(FileSystem& files, const std::string& from, const Uuid& uuid,
                                   Seq after, Seq last, const std::string& to) {
  return copy_segments(files, from, uuid, after, Seq{after.value + 1}, last, Frames::kVerified, to,
                       copy_anew(files, from, to));
}

Result<Seq> copy_journal_unread(FileSystem& files, const std::string& from, const Uuid& uuid,
                                Seq after, Seq last, const std::string& to) {
  const CopiedJournal copied =
      TRY(copy_segments(files, from, uuid, after, Seq{after.value + 1}, last, Frames::kCounted, to,
                        copy_anew(files, from, to)));
  return copied.last;
}

Result<Seq> first_needed(FileSystem& files, const std::string& to, Seq after) {
  const auto copied = TRY(segment_numbers(files, to));
  return copied.empty() ? Seq{after.value + 1} : std::max(after, Seq{1});
}

Result<CopiedJournal> extend_journal(FileSystem& files, const std::string& from, const Uuid& uuid,
                                     Seq after, Seq last, const std::string& to) {
  const auto extend = [&](std::uint64_t number, std::uint64_t bytes) -> Result<FileSum> {
    const std::string path = segment_path(to, number);
    const bool present = TRY(files.exists(path));
    TRY(append_segment(files, segment_path(from, number), path, bytes));
    if (!present) TRY(files.sync_directory(to));
    return FileSum{};
  };
  const Seq needed = TRY(first_needed(files, to, after));
  return copy_segments(files, from, uuid, after, needed, last, Frames::kVerified, to, extend);
}

}  // namespace holdfast::storage
