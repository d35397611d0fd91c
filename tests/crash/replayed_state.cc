#include "tests/crash/replayed_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "storage/digest.h"
#include "storage/journal_reader.h"
#include "storage/journal_segment.h"
#include "storage/replay.h"

namespace holdfast::test {

using namespace storage;

namespace {

// The header of the oldest segment, which says whose journal it is.
Result<SegmentHeader> oldest_header(FileSystem& files, const std::string& journal) {
  const auto numbers = TRY(segment_numbers(files, journal));
  if (numbers.empty()) return error(Code::kNotFound, fmt::format("no journal in '{}'", journal));
  const auto file = TRY(files.open(segment_path(journal, numbers.front()), OpenMode::kRead));
  const std::string block = TRY(file->read_at(0, kSegmentHeaderBytes));
  constexpr std::size_t kUuidOffset = 16;
  Uuid uuid{};
  if (block.size() >= kUuidOffset + uuid.size()) {
    std::copy_n(block.begin() + kUuidOffset, uuid.size(), uuid.begin());
  }
  return decode_segment_header(block, uuid, numbers.front());
}

}  // namespace

Result<ReplayedState> replay_journal(const std::filesystem::path& data, Seq until) {
  FileSystem& files = real_file_system();
  const std::string journal = (data / "journal").string();
  const SegmentHeader oldest = TRY(oldest_header(files, journal));
  if (oldest.first != Seq{1}) {
    return error(Code::kGone, fmt::format("the journal begins with seq {}", oldest.first.value));
  }
  const auto keys =
      TRY(PersonKeys::open(files, (data / "person-keys").string(), oldest.uuid, true));
  Memtable rows;
  Replay replay(*keys, BaseState(), until);
  TRY(scan_journal(
      files, journal, oldest.uuid, Seq{0},
      [&](const FrameView& frame) { return replay.frame(frame, rows); }, ScanExtent::kEverything));
  Digest digest;
  TRY(rows.for_each([&](TableId table, const Memtable::Row& row) -> Result<void> {
    if (!row.erased()) digest.add(table, row.key(), row.value());
    return {};
  }));
  return ReplayedState{replay.reached().last_seq, digest.words()};
}

}  // namespace holdfast::test
