// Crash at every operation: whatever the disk keeps of what was not synced, everything acknowledged
// is there afterwards, nothing is there that was not written, and recovery never refuses.

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::FaultFileSystem;
using test::MemoryFileSystem;

constexpr std::uint64_t kSeeds = 16;

// A process: opens the journal on whatever it finds, works, and reports the last acknowledged seq.
struct Outcome {
  std::uint64_t acknowledged = 0;
  std::uint64_t attempted = 0;
};

using Work = std::function<void(JournalWriter&, Outcome&)>;

Result<void> run_process(FileSystem& files, std::uint64_t epoch, const Work& work,
                         Outcome& outcome) {
  TRY(files.make_directory(kDirectory));
  const Scanned seen = scan_all(files);
  if (!seen.ok()) return std::unexpected(seen.scan.error());
  TRY(cut_torn_tail(files, kDirectory, *seen.scan));
  const auto writer = TRY(JournalWriter::open(files, kDirectory,
                                              {.uuid = kUuid,
                                               .epoch = epoch,
                                               .segment = seen.scan->last_segment + 1,
                                               .next_seq = {seen.scan->last.value + 1},
                                               .chain = seen.scan->chain},
                                              kTiny));
  // Recovery flushes what it read to the base before it opens the journal: from here on that is
  // acknowledged too.
  outcome.acknowledged = outcome.attempted = seen.scan->last.value;
  work(*writer, outcome);
  return {};
}

void append_and_count(JournalWriter& writer, Outcome& outcome, int batches, std::size_t bytes) {
  for (int i = 0; i < batches; ++i) {
    outcome.attempted = writer.next_seq().value;
    if (!append_batch(writer, bytes)) return;
    outcome.acknowledged = outcome.attempted;
  }
}

void expect_recovered(FileSystem& disk, const Outcome& outcome, const std::string& when) {
  const Scanned seen = scan_all(disk);
  ASSERT_TRUE(seen.ok()) << when << ": " << seen.scan.error().to_string();
  const std::uint64_t last = expect_history(seen.frames);
  EXPECT_GE(last, outcome.acknowledged) << when;
  EXPECT_LE(last, outcome.attempted) << when;
}

// Crashes `work` at each of its operations, with each seed, and calls `check` on what is left.
void crash_everywhere(
    const Work& work,
    const std::function<void(MemoryFileSystem&, const Outcome&, const std::string&)>& check,
    std::uint64_t seeds = kSeeds) {
  for (std::uint64_t nth = 1;; ++nth) {
    bool crashed = false;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      MemoryFileSystem disk;
      ASSERT_TRUE(disk.make_directory(kDirectory));
      FaultFileSystem files(disk);
      files.crash_at(nth);
      Outcome outcome;
      const bool opened = run_process(files, 1, work, outcome).has_value();
      crashed = files.crashed();
      EXPECT_TRUE(opened || crashed);
      disk.crash(seed);
      check(disk, outcome,
            "crash at operation " + std::to_string(nth) + " seed " + std::to_string(seed));
      if (testing::Test::HasFailure()) return;
    }
    if (!crashed) return;
  }
}

const Work kFewBatches = [](JournalWriter& writer, Outcome& outcome) {
  append_and_count(writer, outcome, 2, 1'000);
  if (writer.write_watermark()) append_and_count(writer, outcome, 1, 3'000);
  (void)writer.close();
};

const Work kRolls = [](JournalWriter& writer, Outcome& outcome) {
  append_and_count(writer, outcome, 5, 6'000);
};

TEST(JournalCrash, AtEveryOperationAcknowledgedRecordsSurvive) {
  crash_everywhere(kFewBatches, expect_recovered);
}

TEST(JournalCrash, AtEveryOperationOfARollAcknowledgedRecordsSurvive) {
  crash_everywhere(kRolls, expect_recovered);
}

TEST(JournalCrash, RecoveryGoesOnAfterEveryCrashAndItsOwnRecordsSurvive) {
  for (const Work& work : {kFewBatches, kRolls}) {
    crash_everywhere(work, [&](MemoryFileSystem& disk, const Outcome&, const std::string& when) {
      Outcome second;
      const Result<void> opened = run_process(disk, 2, kFewBatches, second);
      ASSERT_TRUE(opened) << when << ": " << opened.error().to_string();
      disk.crash(0);
      expect_recovered(disk, second, when + ", then a second process");
    });
  }
}

const Work kOneBatch = [](JournalWriter& writer, Outcome& outcome) {
  append_and_count(writer, outcome, 1, 1'000);
};

void crash_recovery_everywhere(MemoryFileSystem& left, const Outcome& first,
                               const std::string& when) {
  for (std::uint64_t nth = 1;; ++nth) {
    const auto disk = left.clone();
    FaultFileSystem files(*disk);
    files.crash_at(nth);
    Outcome second = first;
    (void)run_process(files, 2, kOneBatch, second);
    disk->crash(nth);
    expect_recovered(*disk, second, when + ", then at operation " + std::to_string(nth));
    if (testing::Test::HasFailure() || !files.crashed()) return;
  }
}

// The base never learns of the crashes here, so recovery always starts from nothing.
TEST(JournalCrash, DuringRecoveryAtEveryOperationNothingIsLost) {
  crash_everywhere(kRolls, crash_recovery_everywhere, 4);
}

TEST(JournalCrash, AfterEveryFailingOperationAcknowledgedRecordsSurvive) {
  for (const Work& work : {kFewBatches, kRolls}) {
    for (std::uint64_t nth = 1;; ++nth) {
      MemoryFileSystem disk;
      FaultFileSystem files(disk);
      files.fail({.operation = std::nullopt, .path_contains = "", .nth = nth});
      Outcome outcome;
      (void)run_process(files, 1, work, outcome);
      const bool finished = files.operations() < nth;
      // The process exits and starts again without a reboot, then the power goes.
      Outcome second = outcome;
      const Result<void> opened = run_process(disk, 2, kFewBatches, second);
      ASSERT_TRUE(opened) << "operation " << nth << ": " << opened.error().to_string();
      EXPECT_GE(second.acknowledged, outcome.acknowledged);
      disk.crash(0);
      expect_recovered(disk, second, "after failed operation " + std::to_string(nth));
      if (finished) break;
    }
  }
}

}  // namespace
}  // namespace holdfast::storage
