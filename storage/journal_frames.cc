#include "storage/journal_frames.h"

#include <utility>

namespace holdfast::storage {

Result<std::vector<SegmentHeader>> begun_segments(FileSystem& files, const std::string& directory,
                                                  const Uuid& uuid) {
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  std::vector<SegmentHeader> begun;
  for (const std::uint64_t number : numbers) {
    SegmentReader reader = TRY(SegmentReader::open(files, directory, number));
    const Result<SegmentHeader> header = reader.header(uuid);
    if (!header && header.error().code() == Code::kCorruption) break;
    if (!header) return std::unexpected(header.error());
    if (!begun.empty()) {
      const SegmentHeader& before = begun.back();
      const bool follows = number == before.segment + 1 && header->epoch >= before.epoch &&
                           header->first >= before.first;
      if (!follows) break;
    }
    begun.push_back(*header);
  }
  return begun;
}

Result<bool> FrameCursor::next() {
  return move({}, true);
}

Result<bool> FrameCursor::next_above(Seq skip) {
  return move(skip, false);
}

Result<bool> FrameCursor::look_again(SegmentReader fresh) {
  reader_ = std::move(fresh);
  const Place place{segment_.uuid, segment_.segment, offset_};
  const std::string_view head = TRY(reader_.at(offset_, kFrameHeaderBytes));
  const Result<FrameHeader> header = decode_frame_header(head, place);
  if (!header) return false;
  const std::string_view frame = TRY(reader_.at(offset_, frame_bytes(header->payload_bytes)));
  return frame.size() == frame_bytes(header->payload_bytes) && payload_valid(*header, frame, place);
}

Result<bool> FrameCursor::move(Seq skip, bool chained) {
  payload_ = {};
  const Place place{segment_.uuid, segment_.segment, offset_};
  const std::uint64_t step = offset_ + kFrameAlignment;
  const std::string_view head = TRY(reader_.at(offset_, kFrameHeaderBytes));
  const Result<FrameHeader> header = decode_frame_header(head, place);
  if (!header) return stop(header.error().message(), step);
  if (header->epoch != segment_.epoch) return stop("the frame is of another epoch", step);
  if (header->first != expected_) return stop("the frame holds other records", step);
  if (header->watermark >= header->first || header->durable_bytes > offset_) {
    return stop("the frame claims what cannot be", step);
  }
  if (chained && header->previous != chain_) return stop("the chain is broken", step);

  const std::size_t size = frame_bytes(header->payload_bytes);
  if (chained || header->next().value > skip.value + 1) {
    const std::string_view frame = TRY(reader_.at(offset_, size));
    if (frame.size() < size) return stop("the segment ends within a frame", step);
    if (!payload_valid(*header, frame, place)) {
      return stop("the frame's records do not match their checksum", offset_ + size);
    }
    payload_ = frame.substr(kFrameHeaderBytes, header->payload_bytes);
    if (chained) chain_ = chain_of(frame);
  }
  header_ = *header;
  frame_offset_ = offset_;
  offset_ += size;
  expected_ = header_.next();
  return true;
}

bool FrameCursor::stop(std::string why, std::uint64_t resume_offset) {
  why_ = std::move(why);
  resume_offset_ = resume_offset;
  return false;
}

}  // namespace holdfast::storage
