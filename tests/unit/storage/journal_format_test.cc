#include "storage/journal_format.h"

#include <gtest/gtest.h>

namespace holdfast::storage {
namespace {

constexpr Uuid kUuid{0xa0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
constexpr Place kPlace{kUuid, 3, 4096};

SegmentHeader sample_header() {
  return {.uuid = kUuid,
          .epoch = 7,
          .segment = 3,
          .first = {99},
          .created = {1'700'000'000'000'000},
          .chain = {1, 2, 3}};
}

FrameHeader sample_frame() {
  return {.kind = FrameKind::kBatch,
          .first = {99},
          .count = 2,
          .epoch = 7,
          .watermark = {98},
          .durable_bytes = 4096,
          .previous = {1, 2, 3}};
}

std::string frame_with(std::string_view payload) {
  std::string frame;
  encode_frame(frame, kPlace, sample_frame(), payload);
  return frame;
}

TEST(SegmentHeader, DecodesToWhatWasEncoded) {
  const std::string block = encode_segment_header(sample_header());
  ASSERT_EQ(block.size(), kSegmentHeaderBytes);
  const Result<SegmentHeader> header = decode_segment_header(block, kUuid, 3);
  ASSERT_TRUE(header) << header.error().to_string();
  EXPECT_EQ(header->uuid, kUuid);
  EXPECT_EQ(header->epoch, 7u);
  EXPECT_EQ(header->segment, 3u);
  EXPECT_EQ(header->first, Seq{99});
  EXPECT_EQ(header->created, Time{1'700'000'000'000'000});
  EXPECT_EQ(header->chain, (ChainValue{1, 2, 3}));
}

TEST(SegmentHeader, EveryFlippedByteIsFound) {
  const std::string block = encode_segment_header(sample_header());
  for (std::size_t at = 0; at < block.size(); ++at) {
    std::string flipped = block;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    EXPECT_FALSE(decode_segment_header(flipped, kUuid, 3)) << "at " << at;
  }
}

TEST(SegmentHeader, IsValidOnlyInItsStoreUnderItsNumber) {
  const std::string block = encode_segment_header(sample_header());
  Uuid other = kUuid;
  other[15] ^= 1;
  EXPECT_FALSE(decode_segment_header(block, other, 3));
  EXPECT_FALSE(decode_segment_header(block, kUuid, 4));
  EXPECT_FALSE(decode_segment_header(block.substr(0, 4095), kUuid, 3));
}

TEST(SegmentHeader, AnUnknownVersionIsNewerNotDamaged) {
  std::string block = encode_segment_header(sample_header());
  block[8] = 2;
  block.resize(kSegmentHeaderBytes - 8);
  const std::uint64_t sum = checksum({kUuid, 3, 0}, block);
  for (int i = 0; i < 8; ++i) block.push_back(static_cast<char>(sum >> (8 * i)));
  const Result<SegmentHeader> header = decode_segment_header(block, kUuid, 3);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code(), Code::kNewer);
}

TEST(Frame, DecodesToWhatWasEncoded) {
  const std::string frame = frame_with("hello");
  ASSERT_EQ(frame.size(), frame_bytes(5));
  EXPECT_EQ(frame.size() % kFrameAlignment, 0u);
  const Result<FrameHeader> header = decode_frame_header(frame, kPlace);
  ASSERT_TRUE(header) << header.error().to_string();
  EXPECT_EQ(header->kind, FrameKind::kBatch);
  EXPECT_EQ(header->payload_bytes, 5u);
  EXPECT_EQ(header->first, Seq{99});
  EXPECT_EQ(header->count, 2u);
  EXPECT_EQ(header->next(), Seq{101});
  EXPECT_EQ(header->epoch, 7u);
  EXPECT_EQ(header->watermark, Seq{98});
  EXPECT_EQ(header->durable_bytes, 4096u);
  EXPECT_EQ(header->previous, (ChainValue{1, 2, 3}));
  EXPECT_TRUE(payload_valid(*header, frame, kPlace));
  EXPECT_EQ(frame.substr(kFrameHeaderBytes, 5), "hello");
}

TEST(Frame, EveryFlippedByteIsFound) {
  const std::string frame = frame_with("hello");
  for (std::size_t at = 0; at < frame.size(); ++at) {
    std::string flipped = frame;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    const Result<FrameHeader> header = decode_frame_header(flipped, kPlace);
    EXPECT_EQ(header.has_value(), at >= kFrameHeaderBytes) << "at " << at;
    EXPECT_FALSE(header && payload_valid(*header, flipped, kPlace)) << "at " << at;
  }
}

TEST(Frame, IsValidOnlyWhereItWasWritten) {
  const std::string frame = frame_with("hello");
  Uuid other = kUuid;
  other[0] ^= 1;
  EXPECT_FALSE(decode_frame_header(frame, {other, 3, 4096}));
  EXPECT_FALSE(decode_frame_header(frame, {kUuid, 4, 4096}));
  EXPECT_FALSE(decode_frame_header(frame, {kUuid, 3, 4104}));
  EXPECT_FALSE(decode_frame_header(std::string_view(frame).substr(0, 95), kPlace));
}

TEST(Frame, TheChainDependsOnEveryByte) {
  const std::string frame = frame_with("hello");
  const ChainValue chain = chain_of(frame);
  for (const std::size_t at : {std::size_t{0}, std::size_t{40}, frame.size() - 1}) {
    std::string flipped = frame;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_NE(chain_of(flipped), chain);
  }
}

TEST(SegmentName, GoesThereAndBack) {
  EXPECT_EQ(segment_path("dir", 7), "dir/0000000007.journal");
  EXPECT_EQ(segment_number("0000000007.journal"), 7u);
  EXPECT_EQ(segment_number("12345678901.journal"), 12345678901u);
  for (const char* other : {"0000000007.journal.new", "7.journal", "0000000000.journal",
                            "00000000x7.journal", "watermark", ".journal", ""}) {
    EXPECT_EQ(segment_number(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace holdfast::storage
