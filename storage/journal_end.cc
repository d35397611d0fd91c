#include "storage/journal_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/journal_reader.h"
#include "storage/journal_record.h"
#include "storage/journal_segment.h"
#include "storage/journal_watermark.h"

namespace holdfast::storage {

namespace {

// Segments that were just removed, frames just written: looked at again.
constexpr int kLooks = 5;
constexpr std::size_t kUuidOffset = 16;  // in a segment's header

// The last two batch frames: the last may be written but not synced, the one before it was. Only of
// these it is asked when they were written, so only they are taken apart.
class Tail {
 public:
  explicit Tail(Seq after) : last_{after, {}}, before_{after, {}} {}

  void add(const FrameView& frame) {
    std::swap(before_, last_);
    last_.seq = {frame.first.value + frame.count - 1};
    last_.payload.assign(frame.payload);
  }

  Seq last() const { return last_.seq; }
  Seq before() const { return before_.seq; }
  Result<Time> last_time() const { return time_of(last_); }
  Result<Time> time_before() const { return time_of(before_); }

 private:
  struct Frame {
    Seq seq;
    std::string payload;  // empty: there was none
  };

  static Result<Time> time_of(const Frame& frame) {
    RecordReader reader(frame.payload);
    StoredRecord record;
    Time time;
    while (TRY(reader.next(record))) time = record.time;
    return time;
  }

  Frame last_;
  Frame before_;
};

Result<JournalEnd> look(FileSystem& files, const std::string& journal, const Uuid& uuid, Seq after,
                        bool live) {
  // Before the scan: what it says is then within what the scan sees.
  const auto watermark = TRY(read_watermark(files, journal, uuid));
  Tail tail(after);
  const auto note = [&](const FrameView& frame) -> Result<void> {
    tail.add(frame);
    return {};
  };
  const JournalScan scan = TRY(scan_journal(files, journal, uuid, after, note));
  const bool proven = !live || scan.clean_stop || (watermark && watermark->durable >= tail.last());
  return JournalEnd{.last = proven ? tail.last() : tail.before(),
                    .last_time = TRY(proven ? tail.last_time() : tail.time_before()),
                    .oldest = scan.oldest,
                    .epoch = scan.epoch,
                    .last_segment = scan.last_segment};
}

}  // namespace

Result<JournalEnd> find_journal_end(FileSystem& files, const DataDirectory& directory,
                                    const Uuid& uuid, Seq after) {
  // Held for the look only: a daemon that wants to start must not be turned away for longer.
  const auto stopped = DataDirectory::lock(files, directory.path());
  if (stopped) return look(files, directory.journal(), uuid, after, false);
  std::optional<Status> failure;
  for (int i = 0; i < kLooks; ++i) {
    auto found = look(files, directory.journal(), uuid, after, true);
    if (found || found.error().code() != Code::kCorruption) return found;
    // Damage stays where it is; a frame that was being written when we looked does not.
    if (failure && failure->fields() == found.error().fields()) return found;
    failure = std::move(found).error();
  }
  return std::unexpected(std::move(*failure));
}

Result<Uuid> journal_uuid(FileSystem& files, const std::string& journal) {
  const auto numbers = TRY(segment_numbers(files, journal));
  if (numbers.empty()) return error(Code::kNotFound, fmt::format("{} has no segments", journal));
  SegmentReader reader = TRY(SegmentReader::open(files, journal, numbers.front()));
  const std::string_view block = TRY(reader.at(0, kSegmentHeaderBytes));
  Uuid uuid{};
  if (block.size() == kSegmentHeaderBytes) {
    std::copy_n(block.begin() + kUuidOffset, uuid.size(), uuid.begin());
  }
  TRY(decode_segment_header(block, uuid, numbers.front()));
  return uuid;
}

}  // namespace holdfast::storage
