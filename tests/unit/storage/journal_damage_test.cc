// Torn or damaged: what recovery says to every cut, flip and swap.

#include "storage/journal_damage.h"

#include <gtest/gtest.h>

#include <functional>

#include "storage/journal_watermark.h"
#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::MemoryFileSystem;

const std::string kFirst = segment_path(kDirectory, 1);
const std::string kSecond = segment_path(kDirectory, 2);
const std::string kThird = segment_path(kDirectory, 3);
const std::string kWatermarkFile = "journal/watermark";

// Offset of batch `index` (from 0) in a segment of batches of `bytes`.
std::uint64_t offset_of(int index, std::size_t bytes = 100) {
  return kSegmentHeaderBytes + static_cast<std::uint64_t>(index) * frame_bytes(bytes);
}

std::string refusal_at(std::uint64_t segment, std::uint64_t offset, std::uint64_t seq) {
  return "segment=" + std::to_string(segment) + " offset=" + std::to_string(offset) +
         " seq=" + std::to_string(seq);
}

class JournalDamageTest : public testing::Test {
 protected:
  void flip(const std::string& path, std::uint64_t offset) {
    std::string bytes = disk_.contents(path);
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 0x40);
    disk_.set_contents(path, bytes);
  }
  // Five batches, as a process that was killed leaves them: the last one is not known durable.
  void write_five() { append_batches(*open_journal(disk_, {.uuid = kUuid}, kTiny), 5); }
  // 1 to 6 in the first segment, 7 to 12 in the second, 13 to 15 in the third.
  void write_three_segments() { append_batches(*open_journal(disk_, {.uuid = kUuid}), 15, 10'000); }

  MemoryFileSystem disk_;
};

TEST_F(JournalDamageTest, CutAtEveryByteTheTailIsTornAndWhatIsBeforeItStays) {
  write_five();
  const std::string whole = disk_.contents(kFirst).substr(0, offset_of(5));
  for (std::uint64_t size = 0; size <= whole.size(); ++size) {
    disk_.set_contents(kFirst, whole.substr(0, size));
    const Scanned seen = scan_all(disk_);
    if (size < kSegmentHeaderBytes) {
      // That there was a first segment is proven by the watermark file.
      ASSERT_EQ(seen.refusal(), refusal_at(1, 0, 1)) << "cut to " << size;
      continue;
    }
    ASSERT_TRUE(seen.ok()) << "cut to " << size << ": " << seen.scan.error().to_string();
    const std::uint64_t batches = (size - kSegmentHeaderBytes) / frame_bytes(100);
    ASSERT_EQ(expect_history(seen.frames), batches) << "cut to " << size;
    ASSERT_EQ(seen.scan->good_bytes, offset_of(static_cast<int>(batches)));
  }
}

TEST_F(JournalDamageTest, CutAtEveryByteWhatTheWatermarkFileProvesIsRefused) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid}, kTiny);
    append_batches(*writer, 3);
    ASSERT_TRUE(writer->write_watermark());
    append_batches(*writer, 1);
  }
  const std::string whole = disk_.contents(kFirst);
  const std::uint64_t end = offset_of(4) + frame_bytes(0);
  for (std::uint64_t size = 0; size <= end; ++size) {
    disk_.set_contents(kFirst, whole.substr(0, size));
    const Scanned seen = scan_all(disk_);
    if (size < offset_of(3)) {
      const std::uint64_t good =
          size < kSegmentHeaderBytes ? 0 : (size - kSegmentHeaderBytes) / frame_bytes(100);
      const std::uint64_t offset =
          size < kSegmentHeaderBytes ? 0 : offset_of(static_cast<int>(good));
      ASSERT_EQ(seen.refusal(), refusal_at(1, offset, good + 1)) << "cut to " << size;
    } else {
      ASSERT_TRUE(seen.ok()) << "cut to " << size;
      ASSERT_EQ(expect_history(seen.frames), size < end ? 3u : 4u);
    }
  }
}

TEST_F(JournalDamageTest, EveryFlippedByteOfAcknowledgedHistoryIsRefusedWithItsPlace) {
  write_five();
  const std::string whole = disk_.contents(kFirst);
  for (std::uint64_t at = 0; at < offset_of(4); ++at) {
    disk_.set_contents(kFirst, whole);
    flip(kFirst, at);
    const Scanned seen = scan_all(disk_);
    const int frame = at < kSegmentHeaderBytes
                          ? -1
                          : static_cast<int>((at - kSegmentHeaderBytes) / frame_bytes(100));
    const std::string expected =
        frame < 0 ? refusal_at(1, 0, 1)
                  : refusal_at(1, offset_of(frame), static_cast<std::uint64_t>(frame) + 1);
    ASSERT_EQ(seen.refusal(), expected) << "flipped at " << at;
  }
}

TEST_F(JournalDamageTest, EveryFlippedByteOfTheLastBatchIsATornTailUntilSomethingProvesIt) {
  write_five();
  const std::string whole = disk_.contents(kFirst);
  for (std::uint64_t at = offset_of(4); at < offset_of(5); ++at) {
    disk_.set_contents(kFirst, whole);
    flip(kFirst, at);
    const Scanned seen = scan_all(disk_);
    ASSERT_TRUE(seen.ok()) << "flipped at " << at;
    ASSERT_EQ(expect_history(seen.frames), 4u);
    ASSERT_EQ(seen.scan->good_bytes, offset_of(4));
    // The padding at the end of the frame is zero, but for the flip.
    ASSERT_GE(seen.scan->torn_bytes, kFrameHeaderBytes + 100u);
    ASSERT_LE(seen.scan->torn_bytes, frame_bytes(100));
    // The same damage when the base says that it holds the record.
    ASSERT_EQ(scan_all(disk_, {5}).refusal(), refusal_at(1, offset_of(4), 5));
  }
}

TEST_F(JournalDamageTest, EveryFlippedByteIsRefusedOnceTheWatermarkIsWritten) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid}, kTiny);
    append_batches(*writer, 2);
    ASSERT_TRUE(writer->write_watermark());
  }
  const std::string whole = disk_.contents(kFirst);
  const std::string mark = disk_.contents(kWatermarkFile);
  for (std::uint64_t at = 0; at < offset_of(2); ++at) {
    disk_.set_contents(kFirst, whole);
    disk_.set_contents(kWatermarkFile, mark);
    flip(kFirst, at);
    ASSERT_NE(scan_all(disk_).refusal(), "none") << "flipped at " << at;
    // Without the file, the frame in the journal is proof enough.
    disk_.forget(kWatermarkFile);
    ASSERT_NE(scan_all(disk_).refusal(), "none") << "flipped at " << at;
  }
}

TEST_F(JournalDamageTest, DamageToAWatermarkFrameBeforeALaterBatchIsRefused) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid});
    append_batches(*writer, 2);
    ASSERT_TRUE(writer->write_watermark());
    append_batches(*writer, 1);
  }
  disk_.forget(kWatermarkFile);
  flip(kFirst, offset_of(2) + 50);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(2), 3));
}

TEST_F(JournalDamageTest, ZeroedAndSwappedBlocksOfAcknowledgedHistoryAreRefused) {
  write_five();
  const std::string whole = disk_.contents(kFirst);
  std::string zeroed = whole;
  zeroed.replace(offset_of(1), 2 * frame_bytes(100), 2 * frame_bytes(100), '\0');
  disk_.set_contents(kFirst, zeroed);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(1), 2));

  const std::string second = whole.substr(offset_of(1), frame_bytes(100));
  const std::string third = whole.substr(offset_of(2), frame_bytes(100));
  std::string swapped = whole;
  swapped.replace(offset_of(1), third.size(), third);
  swapped.replace(offset_of(2), second.size(), second);
  disk_.set_contents(kFirst, swapped);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(1), 2));

  std::string repeated = whole;
  repeated.replace(offset_of(3), second.size(), second);
  disk_.set_contents(kFirst, repeated);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(3), 4));
}

TEST_F(JournalDamageTest, AMissingSegmentIsRefused) {
  write_three_segments();
  disk_.forget(kSecond);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(2, 0, 7));
  EXPECT_EQ(scan_all(disk_, {9}).refusal(), refusal_at(2, 0, 7));
}

TEST_F(JournalDamageTest, ARollWithoutItsSuccessorIsRefused) {
  write_three_segments();
  disk_.forget(kThird);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(3, 0, 13));
  disk_.set_contents(kThird, std::string(64u << 10, '\0'));
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(3, 0, 13)) << "a blank spare is no successor";
}

TEST_F(JournalDamageTest, TheFirstSegmentMissingIsRefused) {
  write_three_segments();
  disk_.forget(kFirst);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, 0, 1));
}

TEST_F(JournalDamageTest, SwappedSegmentsAreRefused) {
  write_three_segments();
  const std::string second = disk_.contents(kSecond);
  disk_.set_contents(kSecond, disk_.contents(kThird));
  disk_.set_contents(kThird, second);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(2, 0, 7));
}

TEST_F(JournalDamageTest, ASegmentOfAnotherStoreIsRefused) {
  write_three_segments();
  MemoryFileSystem other;
  Uuid uuid = kUuid;
  uuid[7] ^= 1;
  append_batches(*open_journal(other, {.uuid = uuid}), 15, 10'000);
  for (const auto& [path, expected] :
       {std::pair{kFirst, refusal_at(1, 0, 1)}, std::pair{kSecond, refusal_at(2, 0, 7)},
        std::pair{kThird, refusal_at(3, 0, 13)}}) {
    const std::string own = disk_.contents(path);
    disk_.set_contents(path, other.contents(path));
    EXPECT_EQ(scan_all(disk_).refusal(), expected);
    disk_.set_contents(path, own);
  }
}

TEST_F(JournalDamageTest, AnOlderCopyOfASegmentIsRefused) {
  // Epoch 1 leaves a second segment that recovery replaces by one of epoch 2.
  MemoryFileSystem older;
  append_batches(*open_journal(older, {.uuid = kUuid}), 9, 10'000);
  const std::string stale = older.contents(kSecond);

  append_batches(*open_journal(disk_, {.uuid = kUuid}), 6, 10'000);
  append_batches(*recover(disk_, 2), 9, 10'000);
  ASSERT_TRUE(scan_all(disk_).ok());
  disk_.set_contents(kSecond, stale);
  EXPECT_NE(scan_all(disk_).refusal(), "none");
}

TEST_F(JournalDamageTest, AStaleSegmentInASparesPlaceIsNoPartOfTheJournal) {
  MemoryFileSystem older;
  append_batches(*open_journal(older, {.uuid = kUuid, .epoch = 1}), 15, 10'000);
  append_batches(*open_journal(disk_, {.uuid = kUuid, .epoch = 2}), 3, 10'000);
  for (const std::string& path : {kSecond, kThird}) disk_.set_contents(path, older.contents(path));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 3u);
  EXPECT_EQ(seen.scan->last_segment, 1u);
  const auto writer = recover(disk_, 3);
  ASSERT_NE(writer, nullptr);
  append_batches(*writer, 9, 10'000);
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 12u);
}

TEST_F(JournalDamageTest, TheSegmentAfterARecoverysCutGoesOn) {
  write_five();
  // The last batch is torn; epoch 2 numbers on from 5.
  flip(kFirst, offset_of(4) + 100);
  {
    const auto writer = recover(disk_, 2);
    ASSERT_NE(writer, nullptr);
    EXPECT_EQ(writer->segment(), 2u);
    EXPECT_EQ(writer->next_seq(), Seq{5});
    append_batches(*writer, 3);
  }
  EXPECT_EQ(disk_.contents(kFirst).size(), offset_of(4)) << "cut, to be refused nevermore";
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 7u);
  EXPECT_EQ(seen.frames[4].epoch, 2u);
  EXPECT_EQ(seen.frames[4].segment, 2u);
}

TEST_F(JournalDamageTest, DamageBeforeARecoverysCutIsRefused) {
  write_five();
  append_batches(*recover(disk_, 2), 3);
  flip(kFirst, offset_of(4) + 100);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(4), 5));
}

TEST_F(JournalDamageTest, ASegmentLostAfterARecoverysCutIsRefusedWhenALaterOneIsThere) {
  write_five();
  append_batches(*recover(disk_, 2), 2);  // segment 2
  append_batches(*recover(disk_, 3), 1);  // segment 3
  disk_.forget(kSecond);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(5), 6));
}

TEST_F(JournalDamageTest, ADamagedHeaderBehindARecoverysCutIsRefused) {
  write_five();
  append_batches(*recover(disk_, 2), 1);
  for (std::uint64_t at = 0; at < kSegmentHeaderBytes; at += 61) {
    flip(kSecond, at);
    ASSERT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(5), 6)) << "flipped at " << at;
    flip(kSecond, at);
  }
  EXPECT_TRUE(scan_all(disk_).ok());
}

// What the first segment of an epoch held is proven by nothing behind it while a load never pauses.
TEST_F(JournalDamageTest, TheFirstSegmentOfAnEpochIsMissedWhateverBecameOfIt) {
  write_five();
  append_batches(*recover(disk_, 2, {}, kTiny), 3);  // segment 2, killed without a watermark
  const std::string whole = disk_.contents(kSecond);
  const std::string refusal = refusal_at(1, offset_of(5), 6);
  disk_.forget(kSecond);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal) << "gone";
  disk_.set_contents(kSecond, "");
  EXPECT_EQ(scan_all(disk_).refusal(), refusal) << "empty";
  disk_.set_contents(kSecond, std::string(whole.size(), '\0'));
  EXPECT_EQ(scan_all(disk_).refusal(), refusal) << "blank";
  disk_.set_contents(kSecond, whole);
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 8u);
}

// Segments are made in the order of their numbers: a spare proves that all below it were there.
TEST_F(JournalDamageTest, AHoleInTheNumbersIsAMissingSegment) {
  write_five();
  append_batches(*recover(disk_, 2, {}, kTiny), 3);
  disk_.forget(kWatermarkFile);
  disk_.forget(kSecond);
  disk_.set_contents(kThird, std::string(kTiny.segment_bytes, '\0'));
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(5), 6));
}

TEST_F(JournalDamageTest, ADamagedRollFrameIsRefusedWhenTheNextSegmentHasRecords) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 7, 10'000);
  disk_.forget(kWatermarkFile);
  for (std::uint64_t at = offset_of(6, 10'000); at < offset_of(6, 10'000) + frame_bytes(0); ++at) {
    flip(kFirst, at);
    ASSERT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(6, 10'000), 7));
    flip(kFirst, at);
  }
}

TEST_F(JournalDamageTest, ADamagedStopFrameLosesNothing) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid}, kTiny);
    append_batches(*writer, 3);
    ASSERT_TRUE(writer->close());
  }
  for (std::uint64_t at = offset_of(3); at < offset_of(3) + frame_bytes(0); ++at) {
    flip(kFirst, at);
    const Scanned seen = scan_all(disk_);
    ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
    ASSERT_EQ(expect_history(seen.frames), 3u);
    ASSERT_FALSE(seen.scan->clean_stop);
    flip(kFirst, at);
  }
}

TEST_F(JournalDamageTest, AStoppedJournalIsRefusedAtEveryFlippedByteOfItsRecords) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid}, kTiny);
    append_batches(*writer, 3);
    ASSERT_TRUE(writer->close());
  }
  disk_.forget(kWatermarkFile);
  for (std::uint64_t at = 0; at < offset_of(3); ++at) {
    flip(kFirst, at);
    ASSERT_NE(scan_all(disk_).refusal(), "none") << "flipped at " << at;
    flip(kFirst, at);
  }
}

TEST_F(JournalDamageTest, WhatStandsBehindARollFrameIsNotRead) {
  write_three_segments();
  disk_.set_contents(kFirst, disk_.contents(kFirst) + std::string(5'000, 'x'));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 15u);
}

TEST_F(JournalDamageTest, AHeaderThatWasBegunLaterProvesWhatStandsBeforeIt) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 7, 10'000);
  disk_.forget(kWatermarkFile);
  // The segment's last batch and all behind it are gone, and of the next one only the header is
  // left, which was written after the batch had been synced.
  disk_.set_contents(kFirst, disk_.contents(kFirst).substr(0, offset_of(5, 10'000)));
  disk_.set_contents(kSecond, disk_.contents(kSecond).substr(0, kSegmentHeaderBytes));
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(5, 10'000), 6));
}

TEST_F(JournalDamageTest, ASuccessorMustKnowTheChain) {
  write_five();
  const auto successor = [](const ChainValue& chain) {
    return encode_segment_header(
        {.uuid = kUuid, .epoch = 2, .segment = 2, .first = {6}, .chain = chain});
  };
  disk_.set_contents(kSecond, successor(scan_all(disk_).scan->chain));
  EXPECT_TRUE(scan_all(disk_).ok());
  disk_.set_contents(kSecond, successor({9, 9, 9}));
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(5), 6));
}

TEST_F(JournalDamageTest, HistoryRewrittenWithGoodChecksumsBreaksTheChain) {
  write_five();
  std::string bytes = disk_.contents(kFirst);
  const Place place{kUuid, 1, offset_of(1)};
  const Result<FrameHeader> header =
      decode_frame_header(std::string_view(bytes).substr(offset_of(1)), place);
  ASSERT_TRUE(header);
  std::string forged;
  encode_frame(forged, place, *header, payload_of(99, 100));
  bytes.replace(offset_of(1), forged.size(), forged);
  disk_.set_contents(kFirst, bytes);
  EXPECT_EQ(scan_all(disk_).refusal(), refusal_at(1, offset_of(2), 3));
}

TEST_F(JournalDamageTest, AFrameInsideATornPayloadProvesNothing) {
  const auto writer = open_journal(disk_, {.uuid = kUuid});
  append_batches(*writer, 1);
  // Records that hold a frame valid where it stands, as someone could arrange who knows the uuid.
  const std::uint64_t outer = offset_of(1);
  std::string inner;
  encode_frame(inner, {kUuid, 1, outer + kFrameHeaderBytes},
               {.kind = FrameKind::kBatch,
                .first = {9},
                .count = 1,
                .epoch = 1,
                .watermark = {8},
                .durable_bytes = outer + kFrameHeaderBytes},
               "x");
  ASSERT_TRUE(writer->append({2}, 1, inner + "end"));
  flip(kFirst, outer + frame_bytes(inner.size() + 3) - 8);
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(seen.frames.size(), 1u);
}

}  // namespace
}  // namespace holdfast::storage
