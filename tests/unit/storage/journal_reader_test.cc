#include "storage/journal_reader.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::FaultFileSystem;
using test::MemoryFileSystem;
using test::Operation;

Uuid other_uuid() {
  Uuid other = kUuid;
  other[0] ^= 0xff;
  return other;
}

class JournalReaderTest : public testing::Test {
 protected:
  MemoryFileSystem disk_;
};

TEST_F(JournalReaderTest, AnEmptyJournalIsTheBeginningOfAHistory) {
  ASSERT_TRUE(disk_.make_directory(kDirectory));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(seen.scan->last, Seq{0});
  EXPECT_EQ(seen.scan->oldest, Seq{1});
  EXPECT_EQ(seen.scan->last_segment, 0u);
  EXPECT_EQ(seen.scan->chain, ChainValue{});
  EXPECT_TRUE(cut_torn_tail(disk_, kDirectory, *seen.scan));
}

TEST_F(JournalReaderTest, AJournalThatIsGoneIsDamageWhenTheBaseHasRecords) {
  ASSERT_TRUE(disk_.make_directory(kDirectory));
  EXPECT_EQ(scan_all(disk_, {5}).refusal(), "segment=1 offset=0 seq=6");
}

TEST_F(JournalReaderTest, ShowsEveryBatchAcrossSegmentsAndEpochs) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 10, 10'000);
  append_batches(*recover(disk_, 2), 10, 10'000);
  const auto writer = recover(disk_, 3);
  ASSERT_TRUE(append_batch(*writer, 50, 7));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 27u);
  EXPECT_EQ(seen.scan->last, Seq{27});
  EXPECT_EQ(seen.scan->oldest, Seq{1});
  EXPECT_EQ(seen.scan->epoch, 3u);
  EXPECT_EQ(seen.scan->last_segment, writer->segment());
  EXPECT_EQ(seen.scan->chain, writer->chain());
  EXPECT_FALSE(seen.scan->clean_stop);
}

// What is found to be missing has been written by the time a later frame proves it.
TEST_F(JournalReaderTest, AWriterAtWorkBesideTheReaderIsNoDamage) {
  const auto writer = open_journal(disk_, {.uuid = kUuid});
  ASSERT_TRUE(append_batch(*writer, 100, 1));
  std::uint64_t seen = 0;
  const auto scan =
      scan_journal(disk_, kDirectory, kUuid, Seq{0}, [&](const FrameView& frame) -> Result<void> {
        // The reader has read on beyond this frame already.
        for (int i = 0; seen == 0 && i < 3; ++i) {
          EXPECT_TRUE(append_batch(*writer, 100, 1));
        }
        seen = frame.first.value;
        return {};
      });
  ASSERT_TRUE(scan) << scan.error().to_string();
  EXPECT_EQ(scan->last, Seq{4});
  EXPECT_EQ(seen, 4U);
}

TEST_F(JournalReaderTest, ReadsOnlyWhatTheBaseDoesNotHoldUnlessToldToReadEverything) {
  const auto writer = open_journal(disk_, {.uuid = kUuid});
  append_batches(*writer, 20, 10'000);
  const Scanned above = scan_all(disk_, {14});
  ASSERT_TRUE(above.ok());
  EXPECT_EQ(expect_history(above.frames, 15), 20u);
  EXPECT_EQ(above.scan->oldest, Seq{1});
  EXPECT_EQ(above.scan->last, Seq{20});
  const Scanned all = scan_all(disk_, {14}, ScanExtent::kEverything);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(expect_history(all.frames), 20u);

  // Damage in a segment below what is needed: found by a full reading.
  std::string first = disk_.contents(segment_path(kDirectory, 1));
  first[kSegmentHeaderBytes + 200] ^= 1;
  disk_.set_contents(segment_path(kDirectory, 1), first);
  EXPECT_TRUE(scan_all(disk_, {14}).ok());
  EXPECT_EQ(scan_all(disk_, {14}, ScanExtent::kEverything).refusal(),
            "segment=1 offset=4096 seq=1");
}

TEST_F(JournalReaderTest, ABaseAheadOfTheJournalIsDamage) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 3);
  const std::string end = std::to_string(kSegmentHeaderBytes + 3 * frame_bytes(100));
  EXPECT_TRUE(scan_all(disk_, {3}).ok());
  EXPECT_EQ(scan_all(disk_, {4}).refusal(), "segment=1 offset=" + end + " seq=4");
}

TEST_F(JournalReaderTest, AJournalThatBeginsBehindTheBaseIsDamage) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 20, 10'000);
  ASSERT_TRUE(remove_segments_below(disk_, kDirectory, 2));
  EXPECT_EQ(scan_all(disk_, {5}).refusal(), "segment=1 offset=0 seq=6");
  const Scanned seen = scan_all(disk_, {6});
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(seen.scan->oldest, Seq{7});
  EXPECT_EQ(expect_history(seen.frames, 7), 20u);
}

TEST_F(JournalReaderTest, AnErrorOfTheVisitorEndsTheScan) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 3);
  int seen = 0;
  const Result<JournalScan> scan =
      scan_journal(disk_, kDirectory, kUuid, {}, [&](const FrameView&) -> Result<void> {
        if (++seen == 2) return error(Code::kNewer, "enough");
        return {};
      });
  ASSERT_FALSE(scan);
  EXPECT_EQ(scan.error().code(), Code::kNewer);
  EXPECT_EQ(seen, 2);
}

TEST_F(JournalReaderTest, TheJournalOfAnotherStoreIsRefused) {
  append_batches(*open_journal(disk_, {.uuid = other_uuid()}), 3);
  const Scanned seen = scan_all(disk_, {3});
  EXPECT_EQ(seen.refusal(), "segment=1 offset=0 seq=4");
}

TEST_F(JournalReaderTest, AReadErrorIsNoVerdictOnTheJournal) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 3);
  FaultFileSystem files(disk_);
  files.crash_at(1);
  EXPECT_FALSE(files.sync_directory(kDirectory));
  EXPECT_EQ(scan_all(files).scan.error().code(), Code::kIo);
}

// A sync that failed once leaves bytes in the cache that the disk does not have. Recovery in the
// next process sees them, says they are there, and so must put them there.
TEST_F(JournalReaderTest, WhatRecoveryAcceptedIsOnTheDiskEvenAfterAFailedSync) {
  for (const std::uint64_t batches_before : {1u, 6u}) {
    for (std::uint64_t nth = 1; nth <= 3; ++nth) {
      MemoryFileSystem disk;
      FaultFileSystem files(disk);
      {
        const auto writer = open_journal(files, {.uuid = kUuid});
        append_batches(*writer, static_cast<int>(batches_before), 10'000);
        files.fail({.operation = Operation::kSync, .nth = nth});
        while (append_batch(*writer, 10'000)) {
        }
      }
      const Scanned before = scan_all(disk);
      ASSERT_TRUE(before.ok());
      ASSERT_NE(recover(disk, 2), nullptr);
      disk.crash(0);
      const Scanned after = scan_all(disk);
      ASSERT_TRUE(after.ok()) << after.scan.error().to_string();
      EXPECT_EQ(expect_history(after.frames), before.scan->last.value);
      EXPECT_EQ(after.scan->epoch, 2u);
    }
  }
}

class ReadJournalTest : public JournalReaderTest {
 protected:
  // The first seqs of the frames that are shown.
  Result<std::vector<std::uint64_t>> read(std::uint64_t after, std::uint64_t durable,
                                          std::size_t limit = 1000) {
    std::vector<std::uint64_t> firsts;
    TRY(read_journal(
        disk_, kDirectory, kUuid, {after}, {durable}, [&](const FrameView& frame) -> Result<bool> {
          EXPECT_EQ(frame.payload, payload_of(frame.first.value, frame.payload.size()));
          firsts.push_back(frame.first.value);
          return firsts.size() < limit;
        }));
    return firsts;
  }
  // The place that a refusal to read names.
  std::string refusal(std::uint64_t after, std::uint64_t durable) {
    const auto seen = read(after, durable);
    if (seen || seen.error().code() != Code::kCorruption) return "none";
    std::vector<std::string> fields;
    for (const auto& [name, value] : seen.error().fields()) fields.push_back(name + '=' + value);
    return fmt::format("{}", fmt::join(fields, " "));
  }
  void flip(std::uint64_t segment, std::uint64_t offset) {
    std::string bytes = disk_.contents(segment_path(kDirectory, segment));
    bytes[offset] ^= 1;
    disk_.set_contents(segment_path(kDirectory, segment), bytes);
  }
};

TEST_F(ReadJournalTest, ShowsWhatIsAboveAfterAndNotAboveDurable) {
  const auto writer = open_journal(disk_, {.uuid = kUuid});
  append_batches(*writer, 8, 10'000);
  ASSERT_TRUE(append_batch(*writer, 100, 5));  // 9 to 13
  ASSERT_TRUE(writer->write_watermark());
  append_batches(*writer, 3, 10'000);  // 14 to 16
  EXPECT_EQ(read(0, 16), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 15, 16}));
  EXPECT_EQ(read(7, 13), (std::vector<std::uint64_t>{8, 9}));
  EXPECT_EQ(read(10, 14), (std::vector<std::uint64_t>{9, 14}));
  EXPECT_EQ(read(13, 14), (std::vector<std::uint64_t>{14}));
  EXPECT_EQ(read(16, 16), (std::vector<std::uint64_t>{}));
  EXPECT_EQ(read(3, 16, 2), (std::vector<std::uint64_t>{4, 5}));
}

TEST_F(ReadJournalTest, CrossesStopsAndCutsOfEarlierEpochs) {
  {
    const auto writer = open_journal(disk_, {.uuid = kUuid});
    append_batches(*writer, 2);
    ASSERT_TRUE(writer->close());
  }
  append_batches(*recover(disk_, 2), 2);
  append_batches(*recover(disk_, 3), 2);
  EXPECT_EQ(read(1, 6), (std::vector<std::uint64_t>{2, 3, 4, 5, 6}));
}

TEST_F(ReadJournalTest, SaysWhatIsStillKeptWhenTheRecordIsNot) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 20, 10'000);
  ASSERT_TRUE(remove_segments_below(disk_, kDirectory, 2));
  const auto gone = read(5, 20);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), Code::kGone);
  EXPECT_EQ(gone.error().fields(), (std::vector<Status::Field>{{"oldest", "7"}}));
  EXPECT_EQ(read(6, 8), (std::vector<std::uint64_t>{7, 8}));
}

TEST_F(ReadJournalTest, DamageBelowDurableIsCorruptionAndAboveItIsNotLookedAt) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 4);
  std::string bytes = disk_.contents(segment_path(kDirectory, 1));
  bytes[kSegmentHeaderBytes + 2 * frame_bytes(100) + 100] ^= 1;
  disk_.set_contents(segment_path(kDirectory, 1), bytes);
  EXPECT_EQ(read(0, 2), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(read(0, 4).error().code(), Code::kCorruption);
  EXPECT_EQ(read(3, 4), (std::vector<std::uint64_t>{4})) << "records that are skipped are not read";
}

TEST_F(ReadJournalTest, DamageIsNamedByItsOwnSegmentOffsetAndSeq) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 20, 10'000);  // six to a segment
  const auto third = frame_bytes(10'000) * 2 + kSegmentHeaderBytes;
  flip(2, third + 100);
  EXPECT_EQ(refusal(0, 20), fmt::format("segment=2 offset={} seq=9", third));
  EXPECT_EQ(refusal(7, 9), fmt::format("segment=2 offset={} seq=9", third));
  EXPECT_EQ(read(0, 8)->size(), 8u);
  EXPECT_EQ(read(12, 20)->size(), 8u) << "what lies behind it can be read";
}

TEST_F(ReadJournalTest, ADamagedSegmentHeaderIsNamedAndNotTakenForHistoryThatIsNotKept) {
  append_batches(*open_journal(disk_, {.uuid = kUuid}), 20, 10'000);
  flip(3, 20);
  EXPECT_EQ(refusal(0, 20), "segment=3 offset=0 seq=13");
  EXPECT_EQ(refusal(15, 20), "segment=3 offset=0 seq=13");
  flip(1, 20);
  EXPECT_EQ(refusal(4, 20), "segment=1 offset=0 seq=5");
}

}  // namespace
}  // namespace holdfast::storage
