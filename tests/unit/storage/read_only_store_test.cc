#include "storage/read_only_store.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/data_directory.h"
#include "storage/scratch_store.h"
#include "tests/unit/storage/store_fixture.h"
#include "tests/unit/storage/store_writer.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

class ReadOnlyStoreTest : public testing::Test {
 protected:
  static Digest digest_of(const ReadOnlyStore& store) {
    Digest digest;
    add_rows(digest, kAlpha, all_rows(*store.begin(), kAlpha));
    add_rows(digest, kBeta, all_rows(*store.begin(), kBeta));
    return digest;
  }

  TempDirectory directory_;
  LocalStoreOptions options_ = test_options((directory_ / "data").string());
};

TEST_F(ReadOnlyStoreTest, ShowsBaseAndJournalOfALiveStoreAsOneState) {
  const StoreWriter writer(
      options_, {[](LocalStore& store) {
        for (int i = 0; i < 900; ++i) put_durably(store, kAlpha, std::to_string(i), "value");
        EXPECT_TRUE(store.raise_schema_version(1));  // which writes all rows to the base
        for (int i = 0; i < 100; ++i) put_durably(store, kAlpha, std::to_string(i), "changed");
        auto txn = store.begin();
        const PersonId person = txn->add_person().value();
        EXPECT_TRUE(txn->put(kBeta, "Ada", "guest", person));
        EXPECT_TRUE(store.commit(*txn, {}));
        txn.reset();
        store.end_turn(true);
        put_durably(store, kAlpha, "last", "");
      }});
  const auto store = look_at(options_);
  ASSERT_NE(store, nullptr);
  EXPECT_GE(store->last_seq(), Seq{1001});  // the last record needs proof: a frame or 50 ms more
  EXPECT_EQ(store->applied_seq(), Seq{900});
  const auto txn = store->begin();
  EXPECT_EQ(get(*txn, kAlpha, "5"), "changed");
  EXPECT_EQ(get(*txn, kAlpha, "500"), "value");
  EXPECT_EQ(get(*txn, kBeta, "Ada"), "guest");
  EXPECT_EQ(*store->digest(), digest_of(*store).words());
}

TEST_F(ReadOnlyStoreTest, IsConsistentAtEveryMomentOfABusyWriter) {
  options_.memtable_pages = 3;
  options_.flush.interval = Duration{0};
  int stop[2];
  ASSERT_EQ(::pipe(stop), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(stop[1]);
    auto store = LocalStore::open(options_);
    if (!store) _exit(1);
    // All rows of a commit carry its number.
    for (int i = 1;; ++i) {
      auto txn = (*store)->begin();
      const std::string number = std::to_string(i);
      if (!txn->put(kAlpha, "same", number) || !txn->put(kBeta, "same", number)) _exit(2);
      if (!txn->put(kAlpha, "n" + std::to_string(i % 200), number)) _exit(2);
      if (!(*store)->commit(*txn, {})) _exit(3);
      txn.reset();
      (*store)->end_turn(i % 2 == 0);
      if (!(*store)->health() || ::getppid() == 1) _exit(4);
    }
  }
  ::close(stop[0]);
  std::uint64_t last = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (int looks = 0; looks < 20 && std::chrono::steady_clock::now() < deadline;) {
    auto opened = ReadOnlyStore::open({.directory = options_.directory,
                                       .tables = kTestTables,
                                       .map_bytes = options_.base.map_bytes});
    if (!opened) {
      // Until the writer has made the store.
      ASSERT_EQ(last, 0u) << opened.error().to_string();
      continue;
    }
    const ReadOnlyStore& store = **opened;
    ASSERT_GE(store.last_seq().value, last);
    if (store.last_seq().value == last) continue;
    ++looks;
    last = store.last_seq().value;
    const auto txn = store.begin();
    EXPECT_EQ(get(*txn, kAlpha, "same"), std::to_string(last));
    EXPECT_EQ(get(*txn, kBeta, "same"), std::to_string(last));
    EXPECT_EQ(all_rows(*txn, kAlpha).size(), std::min<std::uint64_t>(last, 200) + 1);
    EXPECT_EQ(*store.digest(), digest_of(store).words());
  }
  ::close(stop[1]);
  EXPECT_GT(last, 20u);
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended with " << status;
}

TEST_F(ReadOnlyStoreTest, RefusesWrites) {
  EXPECT_TRUE(open_store(options_)->close());
  const auto store = look_at(options_);
  auto txn = store->begin();
  EXPECT_EQ(txn->put(kAlpha, "a", "b").error().code(), Code::kReadOnly);
  EXPECT_EQ(txn->erase(kAlpha, "a").error().code(), Code::kReadOnly);
  EXPECT_EQ(txn->add_person().error().code(), Code::kReadOnly);
}

TEST_F(ReadOnlyStoreTest, ShowsAllOfAStoreThatWasClosed) {
  std::array<std::uint64_t, 2> digest{};
  {
    auto store = open_store(options_);
    for (int i = 0; i < 10; ++i) put(*store, kAlpha, std::to_string(i), "v");
    EXPECT_TRUE(store->close());
    digest = store->stats().digest;
  }
  const auto store = look_at(options_);
  EXPECT_EQ(store->last_seq(), Seq{10});
  EXPECT_EQ(*store->digest(), digest);
  int records = 0;
  EXPECT_TRUE(store->replay(Seq{}, [&](const RecordView&) { return ++records > 0; }));
  EXPECT_EQ(records, 10);
}

// Nobody has said yet that the last record is durable, and nobody will: a recovery will keep it.
TEST_F(ReadOnlyStoreTest, ShowsAllThatIsWholeInAStoreThatWasKilled) {
  {
    const StoreWriter writer(options_, {[](LocalStore& store) {
                               for (const char* key : {"a", "b", "c"}) {
                                 put(store, kAlpha, key, "1");
                                 store.end_turn(true);
                               }
                             }});
  }
  const auto store = look_at(options_);
  EXPECT_EQ(store->last_seq(), Seq{3});
  EXPECT_EQ(store->digest().value(), digest_of(*store).words());
}

TEST_F(ReadOnlyStoreTest, UnderAScratchStoreItStaysAsItIs) {
  {
    auto store = open_store(options_);
    put(*store, kAlpha, "kept", "old");
    put(*store, kAlpha, "gone", "old");
    EXPECT_TRUE(store->close());
  }
  const auto before = *look_at(options_)->digest();
  {
    ScratchStore scratch(look_at(options_));
    auto txn = scratch.begin();
    EXPECT_EQ(*txn->get(kAlpha, "kept"), "old");
    EXPECT_TRUE(txn->put(kAlpha, "kept", "new"));
    EXPECT_TRUE(txn->erase(kAlpha, "gone"));
    EXPECT_TRUE(txn->put(kAlpha, "more", "new"));
    EXPECT_EQ(scratch.commit(*txn, {}), Seq{3});
    txn = scratch.begin();
    EXPECT_EQ(*txn->get(kAlpha, "kept"), "new");
    EXPECT_EQ(*txn->get(kAlpha, "gone"), std::nullopt);
    const auto cursor = txn->scan(kAlpha);
    EXPECT_TRUE(*(*cursor)->seek(""));
    EXPECT_EQ((*cursor)->key(), "kept");
    EXPECT_TRUE(*(*cursor)->next());
    EXPECT_EQ((*cursor)->key(), "more");
    EXPECT_FALSE(*(*cursor)->next());
  }
  EXPECT_EQ(*look_at(options_)->digest(), before);
}

TEST_F(ReadOnlyStoreTest, ADirectoryIsInUseWhileAStoreHasIt) {
  EXPECT_EQ(DataDirectory::in_use(options_.directory), false);
  {
    const auto store = open_store(options_);
    EXPECT_EQ(DataDirectory::in_use(options_.directory), true);
  }
  EXPECT_EQ(DataDirectory::in_use(options_.directory), false);
}

TEST_F(ReadOnlyStoreTest, WithoutAStoreTheDirectoryIsNamed) {
  const auto store = ReadOnlyStore::open({.directory = options_.directory, .tables = kTestTables});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), Code::kDirectory);
}

}  // namespace
}  // namespace holdfast::storage
