// Walking the frames of a segment, and the segments of a journal, in order.
//
// Thread: a FrameCursor by one thread at a time.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/journal_segment.h"

namespace holdfast::storage {

// The headers of the segments that have begun: from the lowest number on, as long as numbers are
// consecutive, headers valid, and epochs and seqs do not fall. What does not belong (a spare, a
// damaged or an old file in a segment's place) ends the list, and whoever reads on from the last
// one meets it. kNewer if a segment has an unknown format.
Result<std::vector<SegmentHeader>> begun_segments(FileSystem& files, const std::string& directory,
                                                  const Uuid& uuid);

class FrameCursor {
 public:
  // Stands before the first frame of the segment with this header.
  FrameCursor(SegmentReader reader, const SegmentHeader& header)
      : reader_(std::move(reader)),
        segment_(header),
        offset_(kSegmentHeaderBytes),
        expected_(header.first),
        chain_(header.chain) {}

  // Moves over the next frame; false at the first thing that is no good frame, with why() saying
  // what is wrong. Verified are its header, its place in the order of seqs, its payload and the
  // chain.
  Result<bool> next();

  // The same, but only the header of a frame is read when all its records are at or below `skip`,
  // and the chain is not verified.
  Result<bool> next_above(Seq skip);

  // Reads the segment afresh: whether a frame stands now where next() found none. A writer beside
  // the reader may have put it there meanwhile.
  Result<bool> look_again(SegmentReader fresh);

  // The frame moved over last. The payload lives until the cursor moves.
  const FrameHeader& header() const { return header_; }
  std::string_view payload() const { return payload_; }
  std::uint64_t frame_offset() const { return frame_offset_; }

  const SegmentHeader& segment() const { return segment_; }
  std::uint64_t offset() const { return offset_; }  // behind the last good frame
  Seq expected() const { return expected_; }        // seq of the next record
  const ChainValue& chain() const { return chain_; }
  const std::string& why() const { return why_; }
  // Where to look for more once next() said false: behind a frame whose size is known to be true.
  std::uint64_t resume_offset() const { return resume_offset_; }
  SegmentReader& reader() { return reader_; }

 private:
  Result<bool> move(Seq skip, bool chained);
  bool stop(std::string why, std::uint64_t resume_offset);

  SegmentReader reader_;
  SegmentHeader segment_;
  std::uint64_t offset_;
  Seq expected_;
  ChainValue chain_;
  FrameHeader header_;
  std::string_view payload_;
  std::uint64_t frame_offset_ = 0;
  std::string why_;
  std::uint64_t resume_offset_ = 0;
};

}  // namespace holdfast::storage
