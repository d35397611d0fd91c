#include "storage/backup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "storage/backup_follower.h"
#include "storage/backup_register.h"
#include "storage/followed_copy.h"
#include "storage/journal_frames.h"
#include "storage/read_only_store.h"
#include "storage/restore.h"
#include "tests/support/setting.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways
namespace fs = std::filesystem;

const StoreKind kKind{.tables = kTestTables, .map_bytes = 256 << 20};

// A stopped store with some rows, part of them in the base and part only in the journal.
class BackupTest : public testing::Test {
 protected:
  // Rows `from` to `to` - 1, one a record and two records a frame (more of the later ones, for each
  // frame is a sync); row n is record n.
  void write(int from, int to) {
    const auto store = open_store(test_options(data()));
    ASSERT_TRUE(store);
    for (int n = from; n < to; ++n) {
      {
        auto txn = store->begin();
        ASSERT_TRUE(txn->put(kAlpha, "row" + std::to_string(n % 50), std::to_string(n)));
        ASSERT_TRUE(store->commit(*txn, {.time = {n * 1'000'000}, .words = {"PUT"}}));
      }
      if (n % (n < 100 ? 2 : 50) == 0) store->end_turn(true);
    }
    store->end_turn(true);
  }

  // What the rows are after record `n`.
  static RowMap rows_after(int n) {
    RowMap rows;
    for (int i = 1; i <= n; ++i) rows["row" + std::to_string(i % 50)] = std::to_string(i);
    return rows;
  }

  Result<BackupManifest> back_up(const std::string& name) {
    return take_backup({.source = data(), .destination = path(name), .kind = kKind});
  }
  RestoreOptions from_backup(const std::string& name, const std::string& into,
                             RestorePoint to = {}) {
    return {.backup = path(name), .into = path(into), .to = to, .kind = kKind};
  }

  // Opens the store for writing, as a daemon would.
  RowMap rows_of(const std::string& name) {
    auto options = test_options(path(name));
    const auto store = open_store(options);
    if (!store) return {};
    const auto txn = store->begin();
    return all_rows(*txn, kAlpha);
  }

  std::string data() const { return path("data"); }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void flip(const std::string& file, std::uint64_t offset) {
    std::string bytes = read_file(file);
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 4);
    write_file(file, bytes);
  }

  TempDirectory directory_;
};

TEST_F(BackupTest, WhatHasNoParentIsNamedAsItWasAskedFor) {
  write(1, 5);
  const auto none = back_up("nowhere/copy");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(),
            fmt::format("cannot make '{}': its parent directory '{}' does not exist",
                        path("nowhere/copy"), path("nowhere")));
}

TEST_F(BackupTest, HoldsAllThatWasDurable) {
  write(1, 101);
  const auto manifest = back_up("backup");
  ASSERT_TRUE(manifest) << manifest.error().to_string();
  EXPECT_EQ(manifest->last.value, 100u);
  EXPECT_EQ(manifest->last_time.us, 100'000'000);
  EXPECT_FALSE(fs::exists(path("backup.new")));
  const auto verified = verify_backup(path("backup"), kKind);
  ASSERT_TRUE(verified) << verified.error().to_string();
  EXPECT_EQ(verified->last.value, 100u);
}

TEST_F(BackupTest, CanBeReadLikeADataDirectory) {
  write(1, 101);
  ASSERT_TRUE(back_up("backup"));
  const auto store = ReadOnlyStore::open(
      {.directory = path("backup"), .tables = kTestTables, .map_bytes = 256 << 20});
  ASSERT_TRUE(store) << store.error().to_string();
  EXPECT_EQ((*store)->last_seq().value, 100u);
  EXPECT_EQ(all_rows(*(*store)->begin(), kAlpha), rows_after(100));
}

TEST_F(BackupTest, EveryFlippedBitIsFound) {
  write(1, 101);
  ASSERT_TRUE(back_up("backup"));
  const auto seed = test::seed_setting("HOLDFAST_FLIP_SEED");
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path("backup"))) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  ASSERT_GE(files.size(), 5u);
  for (int i = 0; i < 25; ++i) {
    const std::string& file = files[random() % files.size()];
    const std::uint64_t offset = random() % fs::file_size(file);
    SCOPED_TRACE(file + " " + std::to_string(offset));
    flip(file, offset);
    const auto verified = verify_backup(path("backup"), kKind);
    EXPECT_FALSE(verified);
    EXPECT_TRUE(verified || verified.error().code() == Code::kCorruption);
    flip(file, offset);
  }
  EXPECT_TRUE(verify_backup(path("backup"), kKind));
}

TEST_F(BackupTest, AMissingOrAStrangeFileIsFound) {
  write(1, 1001);
  ASSERT_TRUE(back_up("backup"));
  const fs::path backup = path("backup");
  fs::rename(backup / "person-keys", path("kept"));
  EXPECT_THAT(verify_backup(backup, kKind).error().message(), testing::HasSubstr("person-keys"));
  fs::rename(path("kept"), backup / "person-keys");
  write_file(backup / "journal" / "0000000099.journal", "foreign");
  EXPECT_THAT(verify_backup(backup, kKind).error().message(),
              testing::HasSubstr("0000000099.journal is not in the manifest"));
}

TEST_F(BackupTest, RefusesWhatIsNoStoreAndWhatExists) {
  EXPECT_EQ(back_up("backup").error().code(), Code::kDirectory);
  EXPECT_FALSE(fs::exists(path("data")));
  EXPECT_EQ(verify_backup(path("nothing"), kKind).error().code(), Code::kDirectory);
  write(1, 11);
  fs::create_directory(path("backup"));
  EXPECT_EQ(back_up("backup").error().code(), Code::kExists);
  EXPECT_TRUE(fs::is_empty(path("backup")));
}

TEST_F(BackupTest, ADamagedStoreMakesNoBackup) {
  write(1, 1001);
  // A page of the base that holds rows: their values are in it as they are.
  const std::string base = data() + "/base/data.mdb";
  open_store(test_options(data()))->close().value();
  const std::size_t row = read_file(base).rfind("row7");
  ASSERT_NE(row, std::string::npos);
  flip(base, row + 5);
  const auto taken = back_up("backup");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), Code::kCorruption) << taken.error().to_string();
  EXPECT_FALSE(fs::exists(path("backup")));
  EXPECT_FALSE(fs::exists(path("backup.new")));
}

TEST_F(BackupTest, WhatAnInterruptedOneLeftIsClearedAway) {
  write(1, 11);
  fs::create_directories(path("backup.new") + "/base/deep");
  write_file(path("backup.new") + "/base/data.mdb", "half");
  ASSERT_TRUE(back_up("backup"));
  EXPECT_FALSE(fs::exists(path("backup") + "/base/deep"));
}

TEST_F(BackupTest, TheRegisterNamesTheLastTwo) {
  FileSystem& files = real_file_system();
  write(1, 11);
  EXPECT_FALSE(needed_by_backups(files, data()));
  ASSERT_TRUE(back_up("one"));
  write(11, 21);
  ASSERT_TRUE(back_up("two"));
  EXPECT_EQ(needed_by_backups(files, data())->value, 10u);
  write(21, 31);
  ASSERT_TRUE(back_up("three"));
  EXPECT_EQ(needed_by_backups(files, data())->value, 20u);
  const auto backups = registered_backups(files, data());
  ASSERT_EQ(backups.size(), 2u);
  EXPECT_EQ(backups[0].path, path("three"));
  EXPECT_EQ(backups[1].path, path("two"));
  write_file(data() + "/backups", "something else");
  EXPECT_FALSE(needed_by_backups(files, data()));
}

TEST_F(BackupTest, ARestoreToAnySeqHasExactlyTheRowsOfThatSeq) {
  write(1, 41);
  open_store(test_options(data()))->close().value();  // all of it is in the base
  write(41, 61);
  ASSERT_TRUE(back_up("backup"));
  for (const int seq : {40, 41, 42, 55, 60}) {
    SCOPED_TRACE(seq);
    const std::string name = "restored" + std::to_string(seq);
    const auto done = restore(from_backup("backup", name, Seq{static_cast<std::uint64_t>(seq)}));
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_EQ(done->last.value, static_cast<std::uint64_t>(seq));
    EXPECT_TRUE(done->new_history);
    EXPECT_EQ(rows_of(name), rows_after(seq));
  }
}

TEST_F(BackupTest, AMomentIsTheLastRecordCommittedByThen) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  const auto between = restore(from_backup("backup", "between", Time{20'500'000}));
  ASSERT_TRUE(between) << between.error().to_string();
  EXPECT_EQ(between->last.value, 20u);
  const auto exact = restore(from_backup("backup", "exact", Time{21'000'000}));
  ASSERT_TRUE(exact);
  EXPECT_EQ(exact->last.value, 21u);
  const auto later = restore(from_backup("backup", "later", Time{99'000'000}));
  ASSERT_TRUE(later);
  EXPECT_EQ(later->last.value, 40u);
}

TEST_F(BackupTest, APointThatIsNotCoveredIsRefusedSayingWhatIs) {
  write(1, 41);
  open_store(test_options(data()))->close().value();
  write(41, 61);
  ASSERT_TRUE(back_up("backup"));
  const auto later = restore(from_backup("backup", "no", Seq{61}));
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code(), Code::kBadValue);
  EXPECT_THAT(later.error().message(),
              testing::HasSubstr("seq 61 is beyond the end: the last is seq 60"));
  const auto earlier = restore(from_backup("backup", "no", Seq{39}));
  ASSERT_FALSE(earlier);
  EXPECT_EQ(earlier.error().code(), Code::kBadValue);
  EXPECT_THAT(earlier.error().message(),
              testing::HasSubstr("seq 39 is not covered: there is all from seq 40"));
  EXPECT_FALSE(restore(from_backup("backup", "no", Time{39'999'999})));
  EXPECT_FALSE(fs::exists(path("no")));
  EXPECT_FALSE(fs::exists(path("no.new")));
  fs::create_directory(path("there"));
  EXPECT_EQ(restore(from_backup("backup", "there")).error().code(), Code::kExists);
}

TEST_F(BackupTest, TheStoresJournalCarriesABackupOnToItsEnd) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  write(41, 1001);  // some segments further
  auto options = from_backup("backup", "end");
  options.store = data();
  const auto end = restore(options);
  ASSERT_TRUE(end) << end.error().to_string();
  EXPECT_EQ(end->last.value, 1000u);
  EXPECT_FALSE(end->new_history);
  const auto original =
      ReadOnlyStore::open({.directory = data(), .tables = kTestTables, .map_bytes = 256 << 20});
  EXPECT_EQ(end->identity.history_id, (*original)->identity().history_id);
  EXPECT_EQ(rows_of("end"), rows_after(1000));

  options = from_backup("backup", "before", Seq{500});
  options.store = data();
  const auto before = restore(options);
  ASSERT_TRUE(before) << before.error().to_string();
  EXPECT_TRUE(before->new_history);
  EXPECT_NE(before->identity.history_id, end->identity.history_id);
  EXPECT_EQ(rows_of("before"), rows_after(500));
}

TEST_F(BackupTest, WithoutTheStoresJournalNobodyKnowsWhetherThatIsAll) {
  write(1, 41);
  const auto manifest = back_up("backup");
  const auto done = restore(from_backup("backup", "restored"));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->last.value, 40u);
  EXPECT_TRUE(done->new_history);
  EXPECT_EQ(done->identity.uuid, manifest->identity.uuid);
  EXPECT_GT(done->identity.epoch, manifest->identity.epoch);
}

TEST_F(BackupTest, TheJournalAloneIsEnoughWhenItHasTheFirstRecord) {
  write(1, 41);
  fs::remove_all(data() + "/base");
  const auto done = restore({.store = data(), .into = path("rebuilt"), .kind = kKind});
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->base.value, 0u);
  EXPECT_TRUE(done->new_history);
  EXPECT_EQ(rows_of("rebuilt"), rows_after(40));
}

TEST_F(BackupTest, AJournalWithoutItsBeginningNeedsABackupAndIsNotDamaged) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  const auto later = restore(from_backup("backup", "later"));
  ASSERT_TRUE(later) << later.error().to_string();
  const auto refused = restore({.store = path("later"), .into = path("no"), .kind = kKind});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kGone);
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("begins with seq 41"));
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("from a backup only"));
  EXPECT_FALSE(fs::exists(path("no")));
}

TEST_F(BackupTest, DamageBehindThePointThatIsAskedForDoesNotMatter) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  write(41, 1001);
  flip(data() + "/journal/0000000002.journal", 20'000);
  auto options = from_backup("backup", "end");
  options.store = data();
  const auto refused = restore(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kCorruption);
  EXPECT_THAT(refused.error().to_string(), testing::HasSubstr("seq="));
  options.to = Seq{45};
  options.into = path("before");
  const auto done = restore(options);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(rows_of("before"), rows_after(45));
}

TEST_F(BackupTest, ASoundBaseOutlivesADamagedJournal) {
  write(1, 41);
  rows_of("data");  // a start brings all of the journal into the base
  flip(data() + "/journal/0000000001.journal", 3'000);
  RestoreOptions options{.store = data(), .own_base = true, .into = path("no"), .kind = kKind};
  const auto refused = restore(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kCorruption);
  EXPECT_THAT(refused.error().message(),
              testing::EndsWith("without the journal the store ends with seq 40"));
  EXPECT_FALSE(fs::exists(path("no")));
  options.to = Seq{40};
  options.into = path("again");
  const auto done = restore(options);
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_TRUE(done->new_history);
  EXPECT_EQ(rows_of("again"), rows_after(40));
  fs::remove_all(data());
  fs::rename(path("again"), data());
  write(41, 81);
  EXPECT_EQ(rows_of("data"), rows_after(80));
}

TEST_F(BackupTest, ItsOwnBaseAndItsJournalAreTheStoreAndItsHistory) {
  write(1, 41);
  const auto done =
      restore({.store = data(), .own_base = true, .into = path("again"), .kind = kKind});
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_FALSE(done->new_history);
  EXPECT_EQ(done->last.value, 40u);
  EXPECT_EQ(rows_of("again"), rows_after(40));
}

TEST_F(BackupTest, ADamagedBaseIsNotBegunWith) {
  write(1, 41);
  rows_of("data");  // a start brings all of the journal into the base
  const std::string base = data() + "/base/data.mdb";
  const std::string bytes = read_file(base);
  flip(base, bytes.rfind("row7"));
  const auto refused = restore(
      {.store = data(), .own_base = true, .into = path("no"), .to = Seq{40}, .kind = kKind});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kCorruption);
  EXPECT_FALSE(fs::exists(path("no")));
}

TEST_F(BackupTest, ARestoredStoreGoesOnAndCanBeBackedUpAgain) {
  write(1, 41);
  ASSERT_TRUE(back_up("backup"));
  ASSERT_TRUE(restore(from_backup("backup", "restored", Seq{30})));
  fs::rename(data(), path("old"));
  fs::rename(path("restored"), data());
  write(31, 61);
  EXPECT_EQ(rows_of("data"), rows_after(60));
  const auto again = back_up("again");
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(again->last.value, 60u);
  // The first backup has another history behind record 30.
  auto options = from_backup("backup", "mixed");
  options.store = data();
  EXPECT_FALSE(restore(options));
}

TEST(BackupManifestTest, IsReadAsItWasWritten) {
  BackupManifest manifest{.identity = {{1, 2, 3}, 77, 5},
                          .schema_version = 1,
                          .applied = {40},
                          .digest = {1, 2},
                          .last = {60},
                          .base_time = {1},
                          .last_time = {2},
                          .taken = {3},
                          .chain = {9},
                          .files = {}};
  manifest.files.push_back({"base/data.mdb", {12, {3, 4}}});
  const std::string text = encode_manifest(manifest);
  const auto read = decode_manifest(text);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(encode_manifest(*read), text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(decode_manifest(broken)) << i;
    EXPECT_FALSE(decode_manifest(text.substr(0, i))) << i;
  }
}

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
