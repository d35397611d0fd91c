#include "storage/journal_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "storage/journal_watermark.h"
#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::FaultFileSystem;
using test::MemoryFileSystem;
using test::Operation;
using test::OperationEvent;

class JournalWriterTest : public testing::Test {
 protected:
  std::vector<OperationEvent> events_since(std::uint64_t before) const {
    std::vector<OperationEvent> events = files_.events();
    events.erase(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(before));
    return events;
  }
  MemoryFileSystem disk_;
  FaultFileSystem files_{disk_};
};

// Waits for a helper thread; a condition that never comes fails the test.
template <typename Condition>
bool reached(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

TEST_F(JournalWriterTest, OneAppendIsOneWriteAndOneSync) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  const std::uint64_t before = files_.operations();
  ASSERT_TRUE(append_batch(*writer));
  const std::vector<OperationEvent> events = events_since(before);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].operation, Operation::kWrite);
  EXPECT_EQ(events[0].offset, kSegmentHeaderBytes);
  EXPECT_EQ(events[0].bytes, frame_bytes(100));
  EXPECT_EQ(events[1].operation, Operation::kSync);
}

TEST_F(JournalWriterTest, WhatAppendReturnedFromSurvivesTheLossOfPower) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 5);
  disk_.crash(0);
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 5u);
  EXPECT_EQ(seen.scan->chain, writer->chain());
}

TEST_F(JournalWriterTest, AFullSegmentRollsAndIsCutToItsUsedLength) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 20, 10'000);
  EXPECT_EQ(writer->segment(), 4u);
  const Result<std::vector<SegmentInfo>> segments = list_segments(files_, kDirectory, kUuid);
  ASSERT_TRUE(segments);
  ASSERT_EQ(segments->size(), 4u);
  const std::uint64_t used = kSegmentHeaderBytes + 6 * frame_bytes(10'000) + frame_bytes(0);
  EXPECT_EQ((*segments)[0].bytes, used);
  EXPECT_EQ((*segments)[1].first, Seq{7});
  EXPECT_EQ((*segments)[3].bytes, 64u << 10);
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 20u);
}

TEST_F(JournalWriterTest, APayloadLargerThanASegmentGetsOneOfItsOwnThatGrows) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  for (const std::size_t bytes : {100u, 200'000u, 100u, 65'536u, 200'000u}) {
    ASSERT_TRUE(append_batch(*writer, bytes));
  }
  disk_.crash(0);
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 5u);
  EXPECT_EQ(seen.frames[1].segment, 2u);
  EXPECT_EQ(seen.frames[1].payload.size(), 200'000u);
}

TEST_F(JournalWriterTest, APayloadOverTheLimitChangesNothing) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  const std::uint64_t before = files_.operations();
  const Result<void> refused = append_batch(*writer, kMaxPayloadBytes + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kLimit);
  EXPECT_EQ(files_.operations(), before);
  EXPECT_TRUE(append_batch(*writer, kMaxPayloadBytes));
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 1u);
}

TEST_F(JournalWriterTest, AWatermarkIsToldOnceInTheJournalAndInItsFile) {
  const auto writer = open_journal(files_, {.uuid = kUuid, .epoch = 4});
  append_batches(*writer, 3);
  const std::uint64_t before = files_.operations();
  ASSERT_TRUE(writer->write_watermark());
  EXPECT_EQ(files_.operations(), before + 4);
  ASSERT_TRUE(writer->write_watermark());
  EXPECT_EQ(files_.operations(), before + 4) << "nothing new to tell";
  const auto mark = read_watermark(files_, kDirectory, kUuid);
  ASSERT_TRUE(mark && *mark);
  EXPECT_EQ((*mark)->durable, Seq{3});
  EXPECT_EQ((*mark)->epoch, 4u);
  append_batches(*writer, 1);
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 4u);
}

TEST_F(JournalWriterTest, WatermarksNeverMakeASegmentRollOrGrow) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  // Room for the end frame alone is left.
  const std::size_t room = (64u << 10) - kSegmentHeaderBytes - 2 * kFrameHeaderBytes;
  ASSERT_TRUE(append_batch(*writer, room));
  ASSERT_TRUE(writer->write_watermark());
  EXPECT_EQ(writer->segment(), 1u);
  EXPECT_EQ(disk_.contents(segment_path(kDirectory, 1)).size(), 64u << 10);
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(disk_.contents(segment_path(kDirectory, 1)).size(), 64u << 10);
  EXPECT_TRUE(scan_all(disk_).ok());
}

TEST_F(JournalWriterTest, ACleanStopCutsTheSegmentAndSaysSo) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 2);
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(disk_.contents(segment_path(kDirectory, 1)).size(),
            kSegmentHeaderBytes + 2 * frame_bytes(100) + frame_bytes(0));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok());
  EXPECT_TRUE(seen.scan->clean_stop);
  EXPECT_EQ(seen.scan->torn_bytes, 0u);
  EXPECT_EQ(seen.scan->last, Seq{2});
}

TEST_F(JournalWriterTest, AfterAFailedSyncNothingIsWrittenAnyMore) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 2);
  files_.fail({.operation = Operation::kSync});
  const Result<void> failed = append_batch(*writer);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kIo);
  const std::uint64_t before = files_.operations();
  EXPECT_FALSE(append_batch(*writer));
  EXPECT_FALSE(writer->write_watermark());
  EXPECT_FALSE(writer->close());
  EXPECT_EQ(files_.operations(), before);
}

TEST_F(JournalWriterTest, AFailureNamesTheSegmentAsItIsOnTheDisk) {
  for (const int spares : {0, 1}) {
    MemoryFileSystem disk;
    FaultFileSystem files(disk);
    const auto writer = open_journal(files, {.uuid = kUuid},
                                     {.segment_bytes = kSmall.segment_bytes, .spares = spares});
    append_batches(*writer, 10, 10'000);  // into the second one
    const std::string path = segment_path(kDirectory, 2);
    files.fail({.operation = Operation::kSync, .path_contains = path});
    const Result<void> failed = append_batch(*writer);
    ASSERT_FALSE(failed);
    const std::string message = failed.error().to_string();
    EXPECT_NE(message.find(path), std::string::npos) << message;
    EXPECT_EQ(message.find(".new"), std::string::npos) << message;
  }
}

TEST_F(JournalWriterTest, AShortWriteFailsTheJournal) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 2);
  files_.fail({.operation = Operation::kWrite, .kind = test::Fault::Kind::kShortWrite});
  EXPECT_FALSE(append_batch(*writer));
  EXPECT_FALSE(append_batch(*writer));
  const Scanned seen = scan_all(disk_);
  ASSERT_TRUE(seen.ok()) << seen.scan.error().to_string();
  EXPECT_EQ(expect_history(seen.frames), 2u);
  EXPECT_GT(seen.scan->torn_bytes, 0u);
}

TEST_F(JournalWriterTest, EveryErrorOfARollFailsTheJournal) {
  for (std::uint64_t nth = 1;; ++nth) {
    MemoryFileSystem disk;
    FaultFileSystem files(disk);
    const auto writer = open_journal(files, {.uuid = kUuid});
    append_batches(*writer, 6, 10'000);
    const std::uint64_t before = files.operations();
    files.fail({.operation = std::nullopt, .path_contains = "", .nth = nth});
    const bool good = append_batch(*writer, 10'000).has_value();
    if (files.operations() - before < nth) {
      EXPECT_TRUE(good);
      EXPECT_GT(nth, 10u) << "the roll came to its end";
      break;
    }
    EXPECT_FALSE(good) << "operation " << nth;
    EXPECT_FALSE(append_batch(*writer)) << "operation " << nth;
    const auto next = recover(disk, 2);
    ASSERT_NE(next, nullptr) << "operation " << nth;
    EXPECT_GE(next->next_seq(), Seq{7});
  }
}

TEST_F(JournalWriterTest, TwoSparesAreKeptReadyAndUsed) {
  const auto writer = open_journal(files_, {.uuid = kUuid}, {.segment_bytes = 64u << 10});
  ASSERT_TRUE(reached([&] { return writer->ready_spares() == 2; }));
  EXPECT_EQ(segment_numbers(files_, kDirectory), (std::vector<std::uint64_t>{1, 2, 3}));
  const std::string blank(64u << 10, '\0');
  EXPECT_EQ(disk_.contents(segment_path(kDirectory, 2)), blank);
  append_batches(*writer, 40, 10'000);
  EXPECT_EQ(writer->segment(), 7u);
  ASSERT_TRUE(reached([&] { return writer->ready_spares() == 2; }));
  ASSERT_TRUE(writer->close());
  EXPECT_EQ(expect_history(scan_all(disk_).frames), 40u);
}

TEST_F(JournalWriterTest, WithASpareReadyARollAllocatesNothing) {
  const auto writer = open_journal(files_, {.uuid = kUuid}, {.segment_bytes = 64u << 10});
  append_batches(*writer, 6, 10'000);
  ASSERT_TRUE(reached([&] { return writer->ready_spares() == 2; }));
  files_.fail(
      {.operation = Operation::kCreate, .from_then_on = true, .kind = test::Fault::Kind::kNoSpace});
  append_batches(*writer, 12, 10'000);
  EXPECT_EQ(writer->segment(), 3u);
  EXPECT_EQ(writer->ready_spares(), 0u) << "the disk is full, and the journal says so";
  files_.clear_faults();
  EXPECT_TRUE(reached([&] { return writer->ready_spares() == 2; })) << "room has come back";
  append_batches(*writer, 1, 10'000);
}

TEST_F(JournalWriterTest, BlankSparesOfAnEarlierProcessAreTakenOver) {
  {
    const auto writer = open_journal(files_, {.uuid = kUuid}, {.segment_bytes = 64u << 10});
    append_batches(*writer, 2);
    ASSERT_TRUE(reached([&] { return writer->ready_spares() == 2; }));
    ASSERT_TRUE(writer->close());
  }
  disk_.set_contents("journal/0000000009.journal.new", "left behind");
  const std::uint64_t before = files_.operations();
  const auto writer = recover(files_, 2);
  ASSERT_NE(writer, nullptr);
  for (const OperationEvent& event : events_since(before)) {
    EXPECT_NE(event.operation, Operation::kCreate) << event.path;
  }
  EXPECT_EQ(writer->segment(), 2u);
  EXPECT_EQ(segment_numbers(files_, kDirectory), (std::vector<std::uint64_t>{1, 2}))
      << "more than this process looks after are removed";
  EXPECT_EQ(files_.exists("journal/0000000009.journal.new"), false);
}

TEST_F(JournalWriterTest, OldSegmentsAreRemovedFromTheOldestOnWithoutLeavingAHole) {
  const auto writer = open_journal(files_, {.uuid = kUuid});
  append_batches(*writer, 20, 10'000);
  const std::uint64_t before = files_.operations();
  EXPECT_EQ(remove_segments_below(files_, kDirectory, 3), 2u);
  const std::vector<OperationEvent> events = events_since(before);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].path, segment_path(kDirectory, 1));
  EXPECT_EQ(events[1].operation, Operation::kSyncDirectory);
  EXPECT_EQ(events[2].path, segment_path(kDirectory, 2));
  EXPECT_EQ(segment_numbers(files_, kDirectory), (std::vector<std::uint64_t>{3, 4}));
  EXPECT_EQ(remove_segments_below(files_, kDirectory, 3), 0u);
}

TEST(Watermark, TheNewerOfTwoSectorsCountsAndEitherMayBeLost) {
  MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_directory(kDirectory));
  EXPECT_EQ(*read_watermark(disk, kDirectory, kUuid), std::nullopt);
  auto file = WatermarkFile::open(disk, kDirectory, kUuid);
  ASSERT_TRUE(file);
  EXPECT_EQ(*read_watermark(disk, kDirectory, kUuid), std::nullopt);
  for (const std::uint64_t seq : {5u, 6u, 7u}) ASSERT_TRUE(file->write(1, {seq}));
  EXPECT_EQ((*read_watermark(disk, kDirectory, kUuid))->durable, Seq{7});

  const std::string bytes = disk.contents("journal/watermark");
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    disk.set_contents("journal/watermark", flipped);
    // The third write went to the second sector.
    const Seq left = at < kWatermarkSectorBytes ? Seq{7} : Seq{6};
    ASSERT_EQ((*read_watermark(disk, kDirectory, kUuid))->durable, left) << "at " << at;
  }
  disk.set_contents("journal/watermark", bytes);
  Uuid other = kUuid;
  other[3] ^= 1;
  EXPECT_EQ(*read_watermark(disk, kDirectory, other), std::nullopt);

  auto again = WatermarkFile::open(disk, kDirectory, kUuid);
  ASSERT_TRUE(again && again->write(2, {8}));
  EXPECT_EQ((*read_watermark(disk, kDirectory, kUuid))->durable, Seq{8});
}

}  // namespace
}  // namespace holdfast::storage
