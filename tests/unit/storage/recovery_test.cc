#include "storage/recovery.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "storage/journal_segment.h"
#include "tests/support/fault_file_system.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways
namespace fs = std::filesystem;

class RecoveryTest : public testing::Test {
 protected:
  // A store that ended without close(): all rows are in the journal only.
  void write_and_crash(int rows, int first = 0) {
    auto store = open_store(options_);
    for (int i = first; i < first + rows; ++i) {
      put(*store, kAlpha, "k" + std::to_string(i), "value " + std::to_string(i));
      if (i % 10 == 9) store->end_turn(true);
    }
    store->end_turn(true);
  }
  LocalStoreOptions copy_to(const std::string& name) {
    fs::copy(options_.directory, directory_ / name, fs::copy_options::recursive);
    LocalStoreOptions copy = options_;
    copy.directory = (directory_ / name).string();
    return copy;
  }
  Status refusal() {
    auto store = LocalStore::open(options_);
    EXPECT_FALSE(store);
    return store ? Status(Code::kInternal, "opened") : store.error();
  }
  fs::path base_file() const { return fs::path(options_.directory) / "base/data.mdb"; }

  TempDirectory directory_;
  LocalStoreOptions options_ = test_options((directory_ / "data").string());
};

TEST_F(RecoveryTest, ReplayingTwiceGivesTheSameState) {
  write_and_crash(1000);
  const LocalStoreOptions copy = copy_to("copy");
  auto first = open_store(options_);
  auto second = open_store(copy);
  EXPECT_EQ(first->stats().applied_seq, Seq{1000});
  EXPECT_EQ(first->stats().digest, second->stats().digest);
  Digest digest;
  add_rows(digest, kAlpha, all_rows(*first->begin(), kAlpha));
  EXPECT_EQ(first->stats().digest, digest.words());
}

TEST_F(RecoveryTest, AJournalLargerThanAMemtableIsReplayedPieceByPiece) {
  write_and_crash(3000);
  const LocalStoreOptions whole = copy_to("copy");
  options_.memtable_pages = 2;
  auto store = open_store(options_);
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), 3000u);
  EXPECT_EQ(store->stats().digest, open_store(whole)->stats().digest);
}

TEST_F(RecoveryTest, EveryOpeningRaisesTheEpoch) {
  std::uint64_t last = 0;
  for (int i = 0; i < 4; ++i) {
    auto store = open_store(options_);
    EXPECT_GT(store->identity().epoch, last);
    last = store->identity().epoch;
    if (i % 2 == 0) {
      EXPECT_TRUE(store->close());
    }
  }
}

TEST_F(RecoveryTest, ATornTailIsCutAndTheStoreGoesOn) {
  write_and_crash(100);
  const auto segments = *list_segments(real_file_system(), options_.directory + "/journal",
                                       open_store(copy_to("copy"))->identity().uuid);
  const fs::path last = segment_path(options_.directory + "/journal", segments.back().number);
  const std::string bytes = read_file(last);
  const std::size_t used = bytes.find_last_not_of('\0') + 1;
  std::string torn = bytes;
  torn.replace(used - 20, 20, 20, '\0');  // the end of the last frame never reached the disk
  write_file(last, torn);
  auto store = open_store(options_);
  EXPECT_EQ(store->last_seq(), Seq{90});
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), 90u);
  EXPECT_EQ(put_durably(*store, kAlpha, "next", ""), Seq{91});
  store.reset();
  EXPECT_EQ(open_store(options_)->last_seq(), Seq{91});
}

TEST_F(RecoveryTest, ABaseWithoutItsJournalIsRefused) {
  write_and_crash(10);
  EXPECT_TRUE(open_store(options_)->close());
  fs::remove_all(options_.directory + "/journal");
  EXPECT_EQ(refusal().code(), Code::kCorruption);
}

// Also before the base has heard of any record: what it had acknowledged is in the journal alone.
TEST_F(RecoveryTest, AStoreThatLostItsJournalBeforeItsFirstFlushIsRefused) {
  options_.flush.interval = Duration::seconds(3600);
  {
    auto store = open_store(options_);
    put_durably(*store, kAlpha, "a", "1");
  }
  fs::remove_all(options_.directory + "/journal");
  EXPECT_EQ(refusal().code(), Code::kCorruption);
}

TEST_F(RecoveryTest, AStoreThatLostItsFirstJournalIsRefused) {
  {
    auto store = open_store(options_);
    put_durably(*store, kAlpha, "a", "1");
    EXPECT_TRUE(store->close());
  }
  fs::remove_all(options_.directory + "/journal");
  EXPECT_EQ(refusal().code(), Code::kCorruption);
}

TEST_F(RecoveryTest, StartsThatCouldNotMakeAJournalDoNotSpoilTheStore) {
  FaultFileSystem files(real_file_system());
  options_.files = &files;
  files.fail({.operation = Operation::kCreate,
              .path_contains = ".journal",
              .from_then_on = true,
              .kind = Fault::Kind::kNoSpace});
  for (int start = 0; start < 3; ++start) EXPECT_EQ(refusal().code(), Code::kIo);
  files.clear_faults();
  EXPECT_EQ(put_durably(*open_store(options_), kAlpha, "a", "1"), Seq{1});
}

TEST_F(RecoveryTest, AJournalWithoutItsBaseIsRefused) {
  write_and_crash(10);
  fs::remove_all(options_.directory + "/base");
  EXPECT_EQ(refusal().code(), Code::kCorruption);
}

TEST_F(RecoveryTest, ABaseOlderThanTheJournalIsRefusedNamingTheSeq) {
  write_and_crash(10);
  EXPECT_TRUE(open_store(options_)->close());
  const std::string old_base = read_file(base_file());
  write_and_crash(3000, 10);
  auto store = open_store(options_);
  const Uuid uuid = store->identity().uuid;
  EXPECT_TRUE(store->close());
  store.reset();
  const std::string journal = options_.directory + "/journal";
  const auto segments = *list_segments(real_file_system(), journal, uuid);
  ASSERT_GT(segments.size(), 4u);
  ASSERT_TRUE(remove_segments_below(real_file_system(), journal, segments[3].number));
  write_file(base_file(), old_base);
  const Status status = refusal();
  EXPECT_EQ(status.code(), Code::kCorruption);
  EXPECT_NE(status.to_string().find("seq=11"), std::string::npos) << status.to_string();
}

TEST_F(RecoveryTest, ABaseAheadOfItsJournalIsRefused) {
  write_and_crash(100);
  const LocalStoreOptions early = copy_to("early");
  write_and_crash(100, 100);
  EXPECT_TRUE(open_store(options_)->close());
  fs::remove_all(options_.directory + "/journal");
  fs::copy(early.directory + "/journal", options_.directory + "/journal");
  EXPECT_EQ(refusal().code(), Code::kCorruption);
}

TEST_F(RecoveryTest, AChangedValueInTheBaseIsCorruptionWhenItIsRead) {
  {
    auto store = open_store(options_);
    put(*store, kAlpha, "key", "a value that is easy to find");
    put(*store, kAlpha, "other", "untouched");
    EXPECT_TRUE(store->close());
  }
  std::string bytes = read_file(base_file());
  int changed = 0;
  for (std::size_t at = bytes.find("easy to find"); at != std::string::npos;
       at = bytes.find("easy to find", at + 1)) {
    bytes[at] = 'E';
    ++changed;
  }
  ASSERT_GT(changed, 0);
  write_file(base_file(), bytes);
  auto store = open_store(options_);
  auto txn = store->begin();
  EXPECT_EQ(txn->get(kAlpha, "key").error().code(), Code::kCorruption);
  EXPECT_EQ(get(*txn, kAlpha, "other"), "untouched");
  auto cursor = *txn->scan(kAlpha);
  EXPECT_EQ(cursor->seek("").error().code(), Code::kCorruption);
}

// ---- kill -9 ------------------------------------------------------------------------------------

// In the child: commits without end, and tells the pipe each seq that is durable.
[[noreturn]] void write_until_killed(LocalStoreOptions options, int pipe) {
  options.flush.interval = Duration::milliseconds(1);
  options.memtable_pages = 4;
  auto store = LocalStore::open(options);
  if (!store) _exit(1);
  for (std::uint64_t i = (*store)->last_seq().value + 1;; ++i) {
    auto txn = (*store)->begin();
    if (!txn->put(kAlpha, std::to_string(i), "value") || !(*store)->commit(*txn, {})) _exit(2);
    txn.reset();
    (*store)->end_turn(i % 3 == 0);
    const std::uint64_t durable = (*store)->durable_seq().value;
    if (write(pipe, &durable, sizeof durable) != sizeof durable) _exit(3);
  }
}

TEST_F(RecoveryTest, NothingThatWasDurableIsLostByKill) {
  std::uint64_t told = 0;
  for (int round = 0; round < 6; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(options_, pipe[1]);
    ::close(pipe[1]);
    const std::uint64_t enough = told + 150 + 37 * static_cast<unsigned>(round);
    std::uint64_t durable = 0;
    while (told < enough && ::read(pipe[0], &durable, sizeof durable) == sizeof durable) {
      told = durable;
    }
    EXPECT_GE(told, enough) << "the child ended by itself";
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    while (::read(pipe[0], &durable, sizeof durable) == sizeof durable) told = durable;
    ::close(pipe[0]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);

    auto store = open_store(options_);
    ASSERT_NE(store, nullptr);
    const std::uint64_t last = store->last_seq().value;
    EXPECT_GE(last, told);
    EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), last);
    told = last;
  }
}

}  // namespace
}  // namespace holdfast::storage
