#include "storage/journal_damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "storage/journal_segment.h"
#include "storage/journal_watermark.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kChunkBytes = 1u << 20;
static_assert(kChunkBytes % kFrameAlignment == 0);

using Accept = std::function<bool(const FrameHeader&, std::uint64_t offset)>;

struct Search {
  std::optional<std::uint64_t> found;  // offset of the first frame that was accepted
  std::uint64_t end_of_data;           // behind the last byte that is not zero
};

// Looks for frame headers at every place where one could stand. A valid header is enough: it was
// written, whole or not, after what stands before it had been synced.
Result<Search> search_frames(SegmentReader& reader, const Uuid& uuid, std::uint64_t from,
                             const Accept& accept) {
  Search search{std::nullopt, from};
  for (std::uint64_t start = from; start < reader.bytes(); start += kChunkBytes) {
    // Chunks overlap by a header, so that none is cut in two.
    const std::string_view chunk = TRY(reader.at(start, kChunkBytes + kFrameHeaderBytes));
    const std::size_t last = chunk.find_last_not_of('\0');
    if (last == std::string_view::npos) continue;
    search.end_of_data = start + last + 1;
    for (std::size_t at = 0; at < kChunkBytes && at <= last; at += kFrameAlignment) {
      if (chunk[at] != 'H') continue;
      const std::uint64_t offset = start + at;
      const Result<FrameHeader> header =
          decode_frame_header(chunk.substr(at), {uuid, reader.number(), offset});
      if (header && accept(*header, offset)) {
        search.found = offset;
        return search;
      }
    }
  }
  return search;
}

Result<JournalTail> examine_rest(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 const JournalBreak& at) {
  SegmentReader reader = TRY(SegmentReader::open(files, directory, at.segment));
  const Search search = TRY(search_frames(
      reader, uuid, at.search_from, [&](const FrameHeader& header, std::uint64_t offset) {
        return header.epoch == at.epoch && header.durable_bytes <= offset &&
               (header.watermark >= at.expected || header.durable_bytes > at.offset);
      }));
  JournalTail tail;
  // The frame that should stand at `offset` is not blank if the search began behind it.
  const std::string_view bad =
      TRY(reader.at(at.offset, static_cast<std::size_t>(at.search_from - at.offset)));
  const std::size_t last = bad.find_last_not_of('\0');
  if (last != std::string_view::npos) tail.torn_bytes = last + 1;
  if (search.end_of_data > at.search_from) tail.torn_bytes = search.end_of_data - at.offset;
  if (search.found) {
    tail.proof = fmt::format("the frame at offset {} says it was durable", *search.found);
  }
  return tail;
}

// Nothing is written to a segment before all of the one before it has been synced, so whatever was
// begun later, in this epoch or after it, proves that everything here was durable.
Result<std::optional<std::string>> proof_in_segment(FileSystem& files, const std::string& directory,
                                                    const Uuid& uuid, const JournalBreak& at,
                                                    std::uint64_t number) {
  SegmentReader reader = TRY(SegmentReader::open(files, directory, number));
  const Result<SegmentHeader> header = reader.header(uuid);
  if (header && header->epoch >= at.epoch && header->first > at.expected) {
    return fmt::format("segment {} begins with seq {}", number, header->first.value);
  }
  const Search search = TRY(search_frames(
      reader, uuid, kSegmentHeaderBytes,
      [&](const FrameHeader& frame, std::uint64_t) { return frame.epoch >= at.epoch; }));
  if (search.found) {
    return fmt::format("segment {} has a later frame at offset {}", number, *search.found);
  }
  return std::nullopt;
}

}  // namespace

Result<JournalTail> examine_tail(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 const JournalBreak& at, Seq applied) {
  JournalTail tail;
  if (at.segment > 0) tail = TRY(examine_rest(files, directory, uuid, at));
  if (at.expected <= applied) {
    tail.proof = fmt::format("the base holds everything up to seq {}", applied.value);
  }
  if (tail.proof) return tail;
  const std::optional<Watermark> mark = TRY(read_watermark(files, directory, uuid));
  if (mark && mark->durable >= at.expected) {
    tail.proof =
        fmt::format("the watermark file says that seq {} was durable", mark->durable.value);
    return tail;
  }
  if (mark && mark->epoch > at.epoch) {
    tail.proof = fmt::format("the watermark file says that epoch {} had begun", mark->epoch);
    return tail;
  }
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  if (at.segment > 0 && !numbers.empty() && numbers.back() > at.segment + 1 &&
      !std::ranges::binary_search(numbers, at.segment + 1)) {
    tail.proof = fmt::format("segment {} is missing and segment {} is there", at.segment + 1,
                             numbers.back());
    return tail;
  }
  for (const std::uint64_t number : numbers) {
    if (number <= at.segment) continue;
    tail.proof = TRY(proof_in_segment(files, directory, uuid, at, number));
    if (tail.proof) return tail;
  }
  return tail;
}

}  // namespace holdfast::storage
