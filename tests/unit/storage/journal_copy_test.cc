// A copy of a journal that is extended bit by bit is, at each step, a journal.

#include "storage/journal_copy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "storage/journal_reader.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::MemoryFileSystem;

const std::string kCopy = "copy";

Result<void> ignore_frame(const FrameView&) {
  return {};
}

// Also where a step ends just before a segment does: its end comes with the next one.
TEST(JournalCopy, ExtendedAfterEveryRecordItIsAJournal) {
  MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_directory(kCopy));
  const auto writer = open_journal(disk, {.uuid = kUuid}, {.segment_bytes = kMinSegmentBytes});
  std::uint64_t segments = 1;
  for (std::uint64_t n = 1; n <= 40; ++n) {
    ASSERT_TRUE(append_batch(*writer, kMinSegmentBytes / 5, 1));
    const auto copied = extend_journal(disk, kDirectory, kUuid, Seq{n - 1}, Seq{n}, kCopy);
    ASSERT_TRUE(copied) << copied.error().to_string();
    const auto scan = scan_journal(disk, kCopy, kUuid, Seq{0}, ignore_frame);
    ASSERT_TRUE(scan) << n << ": " << scan.error().to_string();
    EXPECT_EQ(scan->last, Seq{n});
    segments = scan->last_segment;
  }
  EXPECT_GT(segments, 5U);
}

// A stop frame comes behind the last record, and the chain goes through it.
TEST(JournalCopy, ExtendedAcrossAStopItIsAJournal) {
  MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_directory(kDirectory));
  ASSERT_TRUE(disk.make_directory(kCopy));
  for (std::uint64_t n = 1; n <= 5; ++n) {
    const auto writer = recover(disk, n);
    ASSERT_TRUE(append_batch(*writer, 100, 1));
    ASSERT_TRUE(extend_journal(disk, kDirectory, kUuid, Seq{n - 1}, Seq{n}, kCopy));
    ASSERT_TRUE(writer->close());
    const auto scan = scan_journal(disk, kCopy, kUuid, Seq{0}, ignore_frame);
    ASSERT_TRUE(scan) << n << ": " << scan.error().to_string();
    EXPECT_EQ(scan->last, Seq{n});
  }
}

// What a backup holds of the journal is carried on by the store's, wherever it ended.
TEST(JournalCopy, CarriedOnFromAnyRecordItIsAJournal) {
  const test::TempDirectory directory;
  FileSystem& files = real_file_system();
  const std::string journal = (directory / "journal").string();
  auto opened = JournalWriter::open(files, journal, {.uuid = kUuid}, kTiny);
  ASSERT_TRUE(opened) << opened.error().to_string();
  const auto begun = [&](std::uint64_t n) {
    return (directory / fmt::format("copy{}", n)).string();
  };
  constexpr std::uint64_t kRecords = 12;
  for (std::uint64_t n = 1; n <= kRecords; ++n) {
    ASSERT_TRUE(append_batch(**opened, kTiny.segment_bytes / 5, 1));
    ASSERT_TRUE(files.make_directory(begun(n)));
    ASSERT_TRUE(copy_journal(files, journal, kUuid, Seq{0}, Seq{n}, begun(n)));
  }
  for (std::uint64_t n = 1; n < kRecords; ++n) {
    ASSERT_TRUE(copy_journal(files, journal, kUuid, Seq{n}, Seq{kRecords}, begun(n)));
    const auto scan = scan_journal(files, begun(n), kUuid, Seq{0}, ignore_frame);
    ASSERT_TRUE(scan) << n << ": " << scan.error().to_string();
    EXPECT_EQ(scan->last, Seq{kRecords});
    EXPECT_GT(scan->last_segment, 3U);
  }
}

}  // namespace
}  // namespace holdfast::storage
