// A disk that is full: at every point where something is allocated the store refuses cleanly, goes
// on with what it has, loses nothing it acknowledged, and resumes when there is room.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "tests/support/eventually.h"
#include "tests/support/fault_file_system.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

// Six to a segment, each waited for: the next segment is made before it is needed.
constexpr int kCommits = 30;
constexpr int kRowsOfACommit = 10;  // of a thousand bytes

// The wall clock's pace is the test's: the disk is looked at once a second.
class StepClock final : public Clock {
 public:
  Time wall() const override { return {1'796'119'200'000'000 + us_}; }
  Duration since_boot() const override { return {us_}; }
  void step(Duration by) { us_ += by.us; }

 private:
  std::atomic<std::int64_t> us_ = 1'000'000;
};

// From the nth allocation that is to come the disk has no room, until more_room().
class FillingDisk {
 public:
  FillingDisk() {
    files_.on_operation([this](const OperationEvent& event) {
      if (before_) before_(event);
      if (!event.grows || --left_ != 0) return;
      files_.fail({.operation = std::nullopt,
                   .from_then_on = true,
                   .growing = true,
                   .kind = Fault::Kind::kNoSpace});
    });
  }
  FaultFileSystem& files() { return files_; }
  // Before the disk is used.
  void before_each(std::function<void(const OperationEvent&)> observe) {
    before_ = std::move(observe);
  }
  void fill_at(int nth) { left_ = nth; }
  bool full() const { return left_ <= 0; }  // after fill_at()
  void more_room() {
    left_ = 0;
    files_.clear_faults();
  }

 private:
  std::function<void(const OperationEvent&)> before_;
  std::atomic<int> left_ = 0;
  FaultFileSystem files_{real_file_system()};
};

// A disk on which the third segment is not made before the helper is fed.
class StarvedHelper {
 public:
  StarvedHelper() {
    disk_.before_each([this](const OperationEvent& event) {
      if (event.operation != Operation::kCreate || !event.path.ends_with("3.journal.new")) return;
      std::unique_lock lock(mutex_);
      waits_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return fed_; });
    });
  }
  ~StarvedHelper() { feed(); }
  StarvedHelper(const StarvedHelper&) = delete;
  StarvedHelper& operator=(const StarvedHelper&) = delete;

  FillingDisk& disk() { return disk_; }
  // Until the helper has come to it.
  bool await_starving() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [this] { return waits_; });
  }
  void feed() {
    const std::scoped_lock lock(mutex_);
    fed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool waits_ = false;
  bool fed_ = false;
  FillingDisk disk_;
};

class FullDisk : public testing::Test {
 protected:
  LocalStoreOptions options(FillingDisk& disk) {
    LocalStoreOptions options = test_options((directory_ / "data").string());
    options.files = &disk.files();
    options.clock = &clock_;
    options.flush.interval = Duration{0};
    return options;
  }

  static void put_rows(LocalStore& store, int number) {
    auto txn = store.begin();
    for (int row = 0; row < kRowsOfACommit; ++row) {
      ASSERT_TRUE(txn->put(kAlpha, fmt::format("{:05}/{}", number, row), std::string(1000, 'x')));
    }
    ASSERT_TRUE(store.commit(*txn, {.words = {"PUT"}}));
  }

  // Commits as an engine does that takes all but what an exhausted disk forbids; the number of
  // commits. Each is in the base when the next is made, and the disk has been looked at.
  int work(LocalStore& store, int most = kCommits) {
    StoreTurner turner(store);
    int commits = 0;
    for (; commits < most; ++commits) {
      EXPECT_TRUE(turner.until([&] { return store.accepts_writes(); }));
      if (store.space() == Space::kExhausted) break;
      put_rows(store, commits);
      clock_.step(Duration::seconds(1));
      store.end_turn(true);
      EXPECT_TRUE(store.health()) << store.health().error().to_string();
      if (!store.health()) break;
      const Seq last = store.last_seq();
      EXPECT_TRUE(turner.until([&] { return store.stats().applied_seq == last; }));
    }
    return commits;
  }

  // Commits while the helper starves, with one spare ready, until the store says no, then lets it
  // go on, on a full disk if it is to be `refused`; the number of commits.
  int starve_and_feed(StarvedHelper& helper, bool refused) {
    LocalStoreOptions with = options(helper.disk());
    with.batch_bytes = 16 << 10;  // no frame is larger than a segment
    with.journal.spares = 2;
    auto store = open_store(with);
    StoreTurner turner(*store);
    EXPECT_TRUE(helper.await_starving());
    const auto settled = [&] {
      return store->accepts_writes() || store->durable_seq() == store->last_seq();
    };
    int commits = 0;
    for (; commits < kCommits && turner.until(settled) && store->accepts_writes(); ++commits) {
      put_rows(*store, commits);
      store->end_turn(false);  // whoever must wait for a segment, it is not this thread
    }
    EXPECT_LT(commits, kCommits) << "a spare is late, and nobody waits for it";
    EXPECT_GT(commits, 6) << "the spare that was ready is used";
    EXPECT_NE(store->space(), Space::kExhausted);
    EXPECT_TRUE(store->health());
    if (refused) helper.disk().fill_at(1);
    helper.feed();
    EXPECT_TRUE(turner.until([&] { return store->accepts_writes(); }));
    EXPECT_EQ(store->space() == Space::kExhausted, refused);
    EXPECT_TRUE(store->health());
    EXPECT_TRUE(turner.until([&] { return store->durable_seq() == store->last_seq(); }));
    return commits;
  }

  // Opened again with room on the disk, the store has so many commits, and takes more.
  void expect_resumed(FillingDisk& disk, int commits) {
    disk.more_room();
    auto store = open_store(options(disk));
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(store->last_seq().value, static_cast<std::uint64_t>(commits));
    EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(),
              static_cast<std::size_t>(commits * kRowsOfACommit));
    EXPECT_EQ(work(*store, 4), 4);
  }

  TempDirectory directory_;
  StepClock clock_;
};

// Whoever watches the exit status frees room for one, and looks at the directory for the other.
TEST_F(FullDisk, ADirectoryOnADiskThatIsFullOrFailsIsNotCalledUnusable) {
  for (const auto kind : {Fault::Kind::kNoSpace, Fault::Kind::kError}) {
    FaultFileSystem files(real_file_system());
    files.fail({.operation = Operation::kSyncDirectory, .from_then_on = true, .kind = kind});
    LocalStoreOptions options = test_options((directory_ / "new").string());
    options.files = &files;
    const auto store = LocalStore::open(options);
    ASSERT_FALSE(store);
    EXPECT_EQ(exit_status(store.error().code()), 74) << store.error().to_string();
    EXPECT_NE(store.error().message().find(options.directory), std::string::npos);
  }
}

TEST_F(FullDisk, AtEveryAllocationTheStoreRefusesInTimeAndResumes) {
  int exhausted = 0;
  int nth = 1;
  for (bool reached = true; reached; ++nth) {
    SCOPED_TRACE(fmt::format("allocation {}", nth));
    std::filesystem::remove_all(directory_ / "data");
    FillingDisk disk;
    disk.fill_at(nth);
    int commits = 0;
    if (auto store = LocalStore::open(options(disk))) {
      commits = work(**store);
      EXPECT_EQ((*store)->durable_seq(), (*store)->last_seq());
      exhausted += (*store)->space() == Space::kExhausted ? 1 : 0;
    } else {
      EXPECT_EQ(store.error().code(), Code::kIo) << store.error().to_string();
    }
    reached = disk.full();
    expect_resumed(disk, commits);
    if (HasFailure()) return;
  }
  fmt::print("{} allocations, the disk was exhausted in {} runs\n", nth - 2, exhausted);
  EXPECT_GT(exhausted, 3);
}

TEST_F(FullDisk, ARunningStoreResumesWhenThereIsRoom) {
  FillingDisk disk;
  auto store = open_store(options(disk));
  disk.fill_at(3);
  const int commits = work(*store);
  ASSERT_LT(commits, kCommits);
  ASSERT_EQ(store->space(), Space::kExhausted);
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(),
            static_cast<std::size_t>(commits * kRowsOfACommit));
  disk.more_room();
  eventually("there is room again", [&] {
    clock_.step(Duration::seconds(1));
    return store->space() == Space::kAmple;
  });
  EXPECT_EQ(work(*store), kCommits);
  EXPECT_TRUE(store->close());
}

// The helper that makes spare segments gets no time: there is room, it is only late. And when it
// comes to it at last, there is none any more.
TEST_F(FullDisk, WritesWaitForASpareThatIsLateAndAreRefusedOnlyWhenItIs) {
  for (const bool refused : {false, true}) {
    SCOPED_TRACE(refused);
    std::filesystem::remove_all(directory_ / "data");
    StarvedHelper helper;
    const int commits = starve_and_feed(helper, refused);
    expect_resumed(helper.disk(), commits);
  }
}

}  // namespace
}  // namespace holdfast::storage
