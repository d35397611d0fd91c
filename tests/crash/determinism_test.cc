// The same commands give the same state, and the same journal the same digest. Across compilers:
// determinism.sh.

#include <gtest/gtest.h>

#include "storage/digest.h"
#include "storage/log.h"
#include "tests/crash/image_checker.h"
#include "tests/crash/seeded_store.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

class Determinism : public testing::Test {
 protected:
  Determinism() { storage::set_up_log(storage::LogLevel::kError, storage::LogFormat::kText); }

  TempDirectory directory_ = TempDirectory::in(image_place());
};

TEST_F(Determinism, AReplayOfTheJournalGivesTheDigestOfTheRows) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto store = directory_ / std::to_string(seed);
    const ReplayedState rows = make_seeded_store(store, seed);
    const auto replayed = replay_journal(store / "data");
    ASSERT_TRUE(replayed) << "seed " << seed << ": " << replayed.error().to_string();
    EXPECT_GT(rows.seq.value, 100U);
    EXPECT_EQ(replayed->seq, rows.seq) << "seed " << seed;
    EXPECT_EQ(storage::format_digest(replayed->digest), storage::format_digest(rows.digest))
        << "seed " << seed;
  }
}

TEST_F(Determinism, TheSameSeedGivesTheSameDigestAndAnotherAnother) {
  const ReplayedState once = make_seeded_store(directory_ / "once", 5);
  const ReplayedState twice = make_seeded_store(directory_ / "twice", 5);
  EXPECT_EQ(once.seq, twice.seq);
  EXPECT_EQ(storage::format_digest(once.digest), storage::format_digest(twice.digest));
  EXPECT_NE(make_seeded_store(directory_ / "other", 6).digest, once.digest);
}

TEST_F(Determinism, AJournalThatIsNotThereOrNotWholeIsNotReplayed) {
  std::filesystem::create_directories(directory_ / "empty" / "journal");
  const auto missing = replay_journal(directory_ / "empty");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), storage::Code::kNotFound);

  make_seeded_store(directory_ / "trimmed", 1);
  std::filesystem::remove(directory_ / "trimmed" / "data" / "journal" / "0000000001.journal");
  const auto trimmed = replay_journal(directory_ / "trimmed" / "data");
  ASSERT_FALSE(trimmed);
  EXPECT_EQ(trimmed.error().code(), storage::Code::kGone);
}

}  // namespace
}  // namespace holdfast::test
