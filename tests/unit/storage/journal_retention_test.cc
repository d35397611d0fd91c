#include "storage/journal_retention.h"

#include <gtest/gtest.h>

#include "storage/journal_segment.h"
#include "tests/support/memory_file_system.h"

namespace holdfast::storage {
namespace {

constexpr Uuid kUuid{1, 2, 3};
constexpr std::uint64_t kSegmentBytes = 8192;

// Segments 1..5 with ten records each, each begun one hour after the one before it.
class JournalRetention : public testing::Test {
 protected:
  JournalRetention() {
    for (std::uint64_t number = 1; number <= 5; ++number) {
      std::string bytes = encode_segment_header({.uuid = kUuid,
                                                 .epoch = 1,
                                                 .segment = number,
                                                 .first = Seq{number * 10 - 9},
                                                 .created = hour(number),
                                                 .chain = {}});
      bytes.resize(kSegmentBytes);
      disk_.set_contents(segment_path("journal", number), bytes);
    }
  }
  static Time hour(std::uint64_t n) {
    return {static_cast<std::int64_t>(n) * Duration::seconds(3600).us};
  }
  KeptJournal trim(Seq applied, Time now, const RetentionOptions& options) {
    auto kept = trim_journal(disk_, "journal", kUuid, applied, now, options);
    EXPECT_TRUE(kept) << kept.error().to_string();
    return kept.value_or(KeptJournal{});
  }

  test::MemoryFileSystem disk_;
};

TEST_F(JournalRetention, KeepsWhatIsYoungAndSmall) {
  const KeptJournal kept = trim(Seq{50}, hour(5), {});
  EXPECT_EQ(kept.segments, 5u);
  EXPECT_EQ(kept.oldest, Seq{1});
  EXPECT_EQ(kept.bytes, 5 * kSegmentBytes);
}

TEST_F(JournalRetention, RemovesWhatWasClosedLongAgo) {
  // Segment 2 was closed at hour 3, segment 3 at hour 4.
  const KeptJournal kept =
      trim(Seq{50}, hour(6) + Duration{1}, {.age = Duration::seconds(3 * 3600), .bytes = 1 << 20});
  EXPECT_EQ(kept.oldest, Seq{21});
  EXPECT_EQ(segment_numbers(disk_, "journal")->front(), 3u);
}

TEST_F(JournalRetention, RemovesTheOldestWhenThereIsTooMuch) {
  const KeptJournal kept = trim(Seq{50}, hour(5), {.bytes = 2 * kSegmentBytes});
  EXPECT_EQ(kept.segments, 2u);
  EXPECT_EQ(kept.oldest, Seq{31});
  EXPECT_EQ(kept.bytes, 2 * kSegmentBytes);
}

TEST_F(JournalRetention, NeverRemovesWhatTheBaseLacksOrTheNewestSegment) {
  EXPECT_EQ(trim(Seq{19}, hour(9999), {.bytes = 0}).oldest, Seq{11});
  EXPECT_EQ(trim(Seq{20}, hour(9999), {.bytes = 0}).oldest, Seq{21});
  EXPECT_EQ(trim(Seq{9999}, hour(9999), {.bytes = 0}).segments, 1u);
}

TEST_F(JournalRetention, KeepsWhatABackupGoesOnFromAndCountsIt) {
  // A backup that ends with record 20 goes on in segment 3; 3 and 4 would have gone otherwise.
  const KeptJournal kept = trim(Seq{50}, hour(9999), {.needed = Seq{21}});
  EXPECT_EQ(kept.oldest, Seq{21});
  EXPECT_EQ(kept.segments, 3u);
  EXPECT_EQ(kept.segments_for_backups, 2u);
  EXPECT_EQ(trim(Seq{50}, hour(5), {.needed = Seq{1}}).segments_for_backups, 0u);
}

}  // namespace
}  // namespace holdfast::storage
