#include "storage/followed_copy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "storage/backup_follower.h"
#include "storage/backup_register.h"
#include "storage/journal_frames.h"
#include "tests/unit/storage/backup_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways
namespace fs = std::filesystem;

class FollowedCopyTest : public BackupTest {
 protected:
  Result<Seq> follow() {
    auto follower = TRY(BackupFollower::open(data(), path("copy"), kKind, {}));
    return follower.follow();
  }
  // The oldest segments go, as retention takes them.
  void forget_old_journal() {
    const std::string journal = data() + "/journal";
    const auto uuid = read_manifest(backup_within(path("copy")))->identity.uuid;
    const auto begun = begun_segments(real_file_system(), journal, uuid).value();
    ASSERT_GT(begun.back().first.value, 101U);
    ASSERT_TRUE(remove_segments_below(real_file_system(), journal, begun.back().segment));
  }
  void expect_restored(const std::string& into, int last) {
    const auto verified = verify_followed(path("copy"), kKind);
    ASSERT_TRUE(verified) << verified.error().to_string();
    EXPECT_EQ(verified->value, static_cast<std::uint64_t>(last));
    const auto done = restore(from_backup("copy", into));
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_EQ(rows_of(into), rows_after(last));
  }
};

TEST_F(FollowedCopyTest, TrailsTheStore) {
  write(1, 101);
  ASSERT_EQ(follow().value(), Seq{100});
  write(101, 201);
  ASSERT_EQ(follow().value(), Seq{200});
  expect_restored("again", 200);
}

TEST_F(FollowedCopyTest, IsABackupBeforeItHasAJournal) {
  write(1, 101);
  ASSERT_TRUE(BackupFollower::open(data(), path("copy"), kKind, {}));
  expect_restored("again", 100);
  // Part of the first segment has come over, and its watermark has not.
  ASSERT_TRUE(follow());
  fs::remove(path("copy") + "/journal/watermark");
  expect_restored("once_more", 100);
}

// A restored store begins a segment behind the record that the copy ends with.
TEST_F(FollowedCopyTest, OfARestoredStoreThatRestsIsLeftAlone) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  ASSERT_TRUE(restore(from_backup("backup", "restored", Seq{30})));
  fs::rename(data(), path("old"));
  fs::rename(path("restored"), data());
  auto follower = BackupFollower::open(data(), path("copy"), kKind, {});
  ASSERT_TRUE(follower) << follower.error().to_string();
  const auto taken = read_manifest(backup_within(path("copy")))->taken;
  for (int i = 0; i < 2; ++i) {
    const auto followed = follower->follow();
    ASSERT_TRUE(followed) << followed.error().to_string();
    EXPECT_EQ(read_manifest(backup_within(path("copy")))->taken, taken);
  }
  write(31, 61);
  ASSERT_TRUE(follower->follow());
  expect_restored("again", 60);
}

TEST_F(FollowedCopyTest, BeginsAnewWhenTheJournalItLacksIsGone) {
  write(1, 101);
  ASSERT_TRUE(follow());
  ASSERT_TRUE(back_up("monday"));
  write(101, 201);
  write(201, 301);
  forget_old_journal();
  const auto followed = follow();
  ASSERT_TRUE(followed) << followed.error().to_string();
  EXPECT_EQ(*followed, Seq{300});
  EXPECT_FALSE(fs::exists(path("copy") + "/rebased"));
  // Another backup is not pushed out by it.
  std::vector<std::string> known;
  for (const auto& backup : registered_backups(real_file_system(), data())) {
    known.push_back(backup.path);
  }
  EXPECT_THAT(known, testing::ElementsAre(path("copy") + "/backup", path("monday")));
  expect_restored("again", 300);
  write(301, 311);
  ASSERT_EQ(follow().value(), Seq{310});
  expect_restored("once_more", 310);
}

// At each step of beginning anew the copy is a backup, and whoever follows next goes on from there.
TEST_F(FollowedCopyTest, InterruptedWhileItBeginsAnewItIsABackup) {
  write(1, 101);
  ASSERT_TRUE(follow());
  write(101, 201);
  write(201, 301);
  forget_old_journal();
  const std::string copy = path("copy");
  ASSERT_TRUE(take_backup({.source = data(), .destination = rebased_within(copy), .kind = kKind}));
  expect_restored("taken", 100);
  fs::rename(copy + "/journal", copy + "/journal.old");
  expect_restored("renamed", 300);
  fs::remove(copy + "/backup/MANIFEST");
  expect_restored("half_removed", 300);
  ASSERT_EQ(follow().value(), Seq{300});
  EXPECT_FALSE(fs::exists(copy + "/rebased") || fs::exists(copy + "/journal.old"));
  expect_restored("done", 300);
}

TEST_F(FollowedCopyTest, IsNotMixedWithAnotherHistory) {
  write(1, 101);
  ASSERT_TRUE(follow());
  ASSERT_TRUE(back_up("backup"));
  fs::rename(data(), path("before"));
  ASSERT_TRUE(restore(from_backup("backup", "data", Seq{100})));
  const auto refused = follow();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kState);
  expect_restored("again", 100);
}

}  // namespace
}  // namespace holdfast::storage
