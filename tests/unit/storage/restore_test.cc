#include "storage/restore.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "storage/read_only_store.h"
#include "tests/unit/storage/backup_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways
namespace fs = std::filesystem;

class RestoreTest : public BackupTest {};

TEST_F(RestoreTest, ARestoreToAnySeqHasExactlyTheRowsOfThatSeq) {
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

TEST_F(RestoreTest, AMomentIsTheLastRecordCommittedByThen) {
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

TEST_F(RestoreTest, APointThatIsNotCoveredIsRefusedSayingWhatIs) {
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

TEST_F(RestoreTest, TheStoresJournalCarriesABackupOnToItsEnd) {
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

// Their rows stand plain in the base of the backup; what erased them is sealed with a key that is
// gone.
TEST_F(RestoreTest, WhoWasForgottenSinceTheBackupStaysForgotten) {
  const auto commit = [](LocalStore& store, std::unique_ptr<Transaction> txn) {
    ASSERT_TRUE(store.commit(*txn, {}));
  };
  PersonId person;
  {
    const auto store = open_store(test_options(data()));
    auto txn = store->begin();
    person = txn->add_person().value();
    ASSERT_TRUE(txn->put(kAlpha, "Ada", "guest", person));
    commit(*store, std::move(txn));
    ASSERT_TRUE(store->close());
  }
  ASSERT_TRUE(back_up("backup"));
  {
    const auto store = open_store(test_options(data()));
    auto txn = store->begin();
    ASSERT_TRUE(txn->put(kAlpha, "Ada Ruiz", "guest", person));
    commit(*store, std::move(txn));
    txn = store->begin();
    ASSERT_TRUE(txn->erase(kAlpha, "Ada", person));
    ASSERT_TRUE(txn->erase(kAlpha, "Ada Ruiz", person));
    ASSERT_TRUE(txn->put(kAlpha, "other", "row"));
    commit(*store, std::move(txn));
    store->forget(std::array{person});
    ASSERT_TRUE(store->close());
  }
  auto options = from_backup("backup", "end");
  options.store = data();
  const auto end = restore(options);
  ASSERT_TRUE(end) << end.error().to_string();
  EXPECT_FALSE(end->new_history);
  EXPECT_EQ(rows_of("end"), (RowMap{{"other", "row"}}));
  EXPECT_EQ(rows_of("end"), rows_of("data"));
  EXPECT_FALSE(fs::exists(path("end") + "/person-keys.before"));
}

TEST_F(RestoreTest, WithoutTheStoresJournalNobodyKnowsWhetherThatIsAll) {
  write(1, 41);
  const auto manifest = back_up("backup");
  const auto done = restore(from_backup("backup", "restored"));
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->last.value, 40u);
  EXPECT_TRUE(done->new_history);
  EXPECT_EQ(done->identity.uuid, manifest->identity.uuid);
  EXPECT_GT(done->identity.epoch, manifest->identity.epoch);
}

TEST_F(RestoreTest, TheJournalAloneIsEnoughWhenItHasTheFirstRecord) {
  write(1, 41);
  fs::remove_all(data() + "/base");
  const auto done = restore({.store = data(), .into = path("rebuilt"), .kind = kKind});
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->base.value, 0u);
  EXPECT_TRUE(done->new_history);
  EXPECT_EQ(rows_of("rebuilt"), rows_after(40));
}

TEST_F(RestoreTest, AJournalWithoutItsBeginningNeedsABackupAndIsNotDamaged) {
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

TEST_F(RestoreTest, DamageBehindThePointThatIsAskedForDoesNotMatter) {
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

TEST_F(RestoreTest, ASoundBaseOutlivesADamagedJournal) {
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

TEST_F(RestoreTest, ItsOwnBaseAndItsJournalAreTheStoreAndItsHistory) {
  write(1, 41);
  const auto done =
      restore({.store = data(), .own_base = true, .into = path("again"), .kind = kKind});
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_FALSE(done->new_history);
  EXPECT_EQ(done->last.value, 40u);
  EXPECT_EQ(rows_of("again"), rows_after(40));
}

TEST_F(RestoreTest, ADamagedBaseIsNotBegunWith) {
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

TEST_F(RestoreTest, ARestoredStoreGoesOnAndCanBeBackedUpAgain) {
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

}  // namespace
}  // namespace holdfast::storage
