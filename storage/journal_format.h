// The journal's format: what writer, reader, inspector and tests share. Grammar, worked example and
// versioning in README.md.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/status.h"
#include "storage/store.h"

namespace holdfast::storage {

using Uuid = std::array<std::uint8_t, 16>;

// BLAKE2b-256 of a frame, which holds the value before it: the history is tamper-evident.
using ChainValue = std::array<std::uint8_t, 32>;

inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::size_t kSegmentHeaderBytes = 4096;  // a page: never rewritten with a frame
inline constexpr std::size_t kFrameHeaderBytes = 96;
inline constexpr std::size_t kFrameAlignment = 8;
// What one sync may carry: 4 MiB take about as long to write as the sync itself, so that more in
// one frame would only add latency.
inline constexpr std::size_t kMaxPayloadBytes = 4u << 20;

// On disk: never reuse.
enum class FrameKind : std::uint8_t {
  kBatch = 'B',      // records
  kWatermark = 'W',  // no records: says how far the journal is durable
  kRoll = 'R',       // the segment is full and the next one goes on
  kStop = 'S',       // closed cleanly
};

struct SegmentHeader {
  Uuid uuid{};
  std::uint64_t epoch = 0;
  std::uint64_t segment = 0;
  Seq first{};         // of the first record in it
  Time created{};      // by the wall clock; for retention, nothing is decided by it in recovery
  ChainValue chain{};  // of the last frame before it; zeros at the start of a history
};

struct FrameHeader {
  FrameKind kind = FrameKind::kBatch;
  std::uint32_t payload_bytes = 0;
  Seq first{};  // of the records; of the next record if there are none
  std::uint32_t count = 0;
  std::uint64_t epoch = 0;
  Seq watermark{};                  // all up to it were durable before this frame was written
  std::uint64_t durable_bytes = 0;  // and so was the segment, up to this offset
  ChainValue previous{};
  std::uint64_t payload_checksum = 0;

  // Seq of the record after this frame.
  Seq next() const { return {first.value + count}; }
};

// Where a block stands. It seeds the checksums, so that a block which was moved, copied from
// another store or left over from an earlier use of the file is not valid where it is found.
struct Place {
  Uuid uuid{};
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
};

// XXH3-64 seeded with the place.
std::uint64_t checksum(const Place& place, std::string_view bytes);

std::string encode_segment_header(const SegmentHeader& header);
// kCorruption if the block is not the valid header of segment `segment` of store `uuid`; kNewer if
// it is one of a format this program does not know.
Result<SegmentHeader> decode_segment_header(std::string_view block, const Uuid& uuid,
                                            std::uint64_t segment);

// Size of a frame with its padding.
constexpr std::size_t frame_bytes(std::size_t payload_bytes) {
  return (kFrameHeaderBytes + payload_bytes + kFrameAlignment - 1) / kFrameAlignment *
         kFrameAlignment;
}

// Replaces `out` by the frame. The sizes and checksums of `header` are filled in here.
void encode_frame(std::string& out, const Place& place, const FrameHeader& header,
                  std::string_view payload);

// Verifies the header of the frame that `bytes` begins with, by its own checksum. The payload is
// not looked at. kCorruption says what is wrong.
Result<FrameHeader> decode_frame_header(std::string_view bytes, const Place& place);

// Whether the payload of a frame, with its padding, is what was written. REQUIRES: `frame` has
// frame_bytes(header.payload_bytes) bytes.
bool payload_valid(const FrameHeader& header, std::string_view frame, const Place& place);

ChainValue chain_of(std::string_view frame);

// "0000000007.journal" in `directory`, and back from the bare name.
std::string segment_path(const std::string& directory, std::uint64_t number);
std::optional<std::uint64_t> segment_number(std::string_view name);

}  // namespace holdfast::storage
