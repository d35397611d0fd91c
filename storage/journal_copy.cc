#include "storage/journal_copy.h"

#include <fmt/format.h>

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

// Moves over the frames of a segment up to the one that holds `last`.
Result<FrameCursor> walk(FileSystem& files, const std::string& journal, const SegmentHeader& header,
                         Seq last) {
  FrameCursor cursor(TRY(SegmentReader::open(files, journal, header.segment)), header);
  while (cursor.expected() <= last) {
    const bool good = TRY(cursor.next());
    if (!good) break;  // the next segment goes on, or it is damaged
    const FrameKind kind = cursor.header().kind;
    if (kind == FrameKind::kRoll || kind == FrameKind::kStop) break;
  }
  return cursor;
}

}  // namespace

Result<CopiedJournal> copy_journal(FileSystem& files, const std::string& from, const Uuid& uuid,
                                   Seq after, Seq last, const std::string& to) {
  const std::vector<SegmentHeader> begun = TRY(begun_segments(files, from, uuid));
  const Seq needed{after.value + 1};
  if (begun.empty() || begun.front().first > needed) {
    return std::unexpected(
        Status(Code::kGone, fmt::format("seq {} is no longer in the journal", needed.value))
            .with("oldest", std::to_string(begun.empty() ? 0 : begun.front().first.value)));
  }
  std::size_t index = 0;
  while (index + 1 < begun.size() && begun[index + 1].first <= needed) ++index;
  CopiedJournal copied;
  while (true) {
    const FrameCursor cursor = TRY(walk(files, from, begun[index], last));
    const std::uint64_t number = begun[index].segment;
    const std::string copy = segment_path(to, number);
    const bool present = TRY(files.exists(copy));
    if (present) TRY(files.remove(copy));
    const FileSum sum = TRY(copy_file(segment_path(from, number), copy, cursor.offset()));
    copied.segments.push_back({number, sum});
    if (cursor.expected() > last) {
      copied.last = {cursor.expected().value - 1};
      copied.chain = cursor.chain();
      break;
    }
    const bool goes_on = index + 1 < begun.size() && begun[index + 1].first == cursor.expected() &&
                         begun[index + 1].chain == cursor.chain();
    if (!goes_on) return broken(cursor, cursor.why());
    ++index;
  }
  WatermarkFile watermark = TRY(WatermarkFile::open(files, to, uuid));
  TRY(watermark.write(begun[index].epoch, copied.last));
  return copied;
}

}  // namespace holdfast::storage
