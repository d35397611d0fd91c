#include "storage/local_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <array>
#include <random>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/support/fault_file_system.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

class LocalStoreTest : public testing::Test {
 protected:
  TempDirectory directory_;
  LocalStoreOptions options_ = test_options((directory_ / "data").string());
};

TEST_F(LocalStoreTest, CommitsAreNumberedFromOneAndReadByTheNextTransaction) {
  auto store = open_store(options_);
  EXPECT_EQ(store->last_seq(), Seq{0});
  EXPECT_EQ(put(*store, kAlpha, "a", "1"), Seq{1});
  EXPECT_EQ(put(*store, kAlpha, "b", "2"), Seq{2});
  const auto txn = store->begin();
  EXPECT_EQ(get(*txn, kAlpha, "a"), "1");
  EXPECT_EQ(get(*txn, kBeta, "a"), std::nullopt);
  EXPECT_EQ(store->last_seq(), Seq{2});
}

// Or a crash could take the directory away with all that was acknowledged in it.
TEST_F(LocalStoreTest, ANewDirectoryIsDurableByNameBeforeAnythingIsInIt) {
  FaultFileSystem files(real_file_system());
  options_.files = &files;
  const auto store = open_store(options_);
  const auto events = files.events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().operation, Operation::kSyncDirectory);
  EXPECT_EQ(events.front().path, directory_.path().string());
}

TEST_F(LocalStoreTest, WhatAnInterruptedFirstStartLeftOfTheBaseIsReplaced) {
  const auto base = directory_ / "data" / "base";
  std::filesystem::create_directories(base);
  write_file(base / "data.mdb.new", "half made");
  write_file(base / "data.mdb.new-lock", "");
  const auto store = open_store(options_);
  ASSERT_NE(store, nullptr);
  EXPECT_FALSE(std::filesystem::exists(base / "data.mdb.new"));
  EXPECT_FALSE(std::filesystem::exists(base / "data.mdb.new-lock"));
}

TEST_F(LocalStoreTest, ARowThatFailsItsChecksumIsToldByTheHashOfItsKey) {
  const std::string name = "Ana Ruiz";
  const std::string value = "what is known of her";
  {
    auto store = open_store(options_);
    put(*store, kBeta, name, value);
    ASSERT_TRUE(store->close());
  }
  const std::string file = options_.directory + "/base/data.mdb";
  std::string bytes = read_file(file);
  std::size_t changed = 0;
  for (std::size_t at = 0; (at = bytes.find(value, at)) != std::string::npos; ++changed) {
    bytes[at] = 'W';
  }
  ASSERT_GT(changed, 0U);
  write_file(file, bytes);
  auto store = open_store(options_);
  ASSERT_TRUE(store);
  const auto txn = store->begin();
  const auto row = txn->get(kBeta, name);
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().code(), Code::kCorruption);
  EXPECT_EQ(row.error().message(),
            fmt::format("row of table 7 fails its checksum, XXH3-64 of its key {:016x}",
                        XXH3_64bits(name.data(), name.size())));
}

TEST_F(LocalStoreTest, ATransactionSeesItsOwnWritesAndDropsThemUnlessCommitted) {
  auto store = open_store(options_);
  put(*store, kAlpha, "a", "1");
  {
    auto txn = store->begin();
    EXPECT_FALSE(txn->has_writes());
    EXPECT_TRUE(txn->put(kAlpha, "a", "2"));
    EXPECT_TRUE(txn->put(kAlpha, "b", "3"));
    EXPECT_EQ(get(*txn, kAlpha, "a"), "2");
    EXPECT_EQ(all_rows(*txn, kAlpha), (RowMap{{"a", "2"}, {"b", "3"}}));
    EXPECT_TRUE(txn->erase(kAlpha, "a"));
    EXPECT_EQ(get(*txn, kAlpha, "a"), std::nullopt);
    txn->reset();
    EXPECT_EQ(get(*txn, kAlpha, "a"), "1");
    EXPECT_TRUE(txn->erase(kAlpha, "a"));
  }
  EXPECT_EQ(get(*store->begin(), kAlpha, "a"), "1");
}

TEST_F(LocalStoreTest, AnErrorLeavesTheTransactionUsable) {
  auto store = open_store(options_);
  auto txn = store->begin();
  EXPECT_TRUE(txn->put(kAlpha, "a", "1"));
  EXPECT_EQ(txn->put(kAlpha, "b", std::string(kMaxValueBytes + 1, 'x')).error().code(),
            Code::kLimit);
  EXPECT_EQ(store->commit(*txn, {.changes = std::string(5 << 20, 'x')}).error().code(),
            Code::kLimit);
  EXPECT_EQ(store->commit(*txn, {}).value(), Seq{1});
  EXPECT_FALSE(txn->has_writes());
}

TEST_F(LocalStoreTest, NothingIsDurableBeforeTheTurnEnds) {
  auto store = open_store(options_);
  const Seq seq = put(*store, kAlpha, "a", "1");
  EXPECT_EQ(store->durable_seq(), Seq{0});
  store->end_turn(true);
  EXPECT_EQ(store->durable_seq(), seq);
}

TEST_F(LocalStoreTest, ATurnHandedOverBecomesDurableAndWakes) {
  auto store = open_store(options_);
  StoreTurner turner(*store);
  const Seq seq = put(*store, kAlpha, "a", "1");
  EXPECT_TRUE(turner.until([&] { return store->durable_seq() == seq; }));
  EXPECT_GE(turner.wakes(), 1);
}

// The sync of the journal stands still: nothing is durable meanwhile, and everything after.
TEST_F(LocalStoreTest, DurabilityWaitsForTheSyncAndWritesForRoomInTheQueue) {
  FaultFileSystem files(real_file_system());
  std::mutex gate;
  options_.files = &files;
  options_.queue_bytes = 1000;
  options_.batch_bytes = 16 << 10;  // of a segment of 64 KiB: there is room for the next command
  auto store = open_store(options_);
  StoreTurner turner(*store);
  ASSERT_TRUE(turner.until([&] { return store->accepts_writes(); })) << "a spare segment is ready";
  gate.lock();
  files.on_operation([&](const OperationEvent& event) {
    if (event.operation == Operation::kSync) const std::scoped_lock pass(gate);
  });
  put(*store, kAlpha, "a", "1");
  store->end_turn(false);
  EXPECT_TRUE(store->accepts_writes());
  put(*store, kAlpha, "b", std::string(1000, 'x'));
  store->end_turn(true);  // the journal is busy: this must not wait for it
  EXPECT_FALSE(store->accepts_writes());
  EXPECT_EQ(store->durable_seq(), Seq{0});
  EXPECT_EQ(get(*store->begin(), kAlpha, "a"), "1");
  gate.unlock();
  EXPECT_TRUE(turner.until([&] { return store->durable_seq() == Seq{2}; }));
  EXPECT_TRUE(turner.until([&] { return store->accepts_writes(); }));
}

// A full memtable waits until the journal has all of it: after a crash the base must not know more.
TEST_F(LocalStoreTest, NothingIsFlushedThatTheJournalDoesNotHold) {
  FaultFileSystem files(real_file_system());
  std::mutex gate;
  options_.files = &files;
  options_.memtable_bytes = 1000;
  auto store = open_store(options_);
  StoreTurner turner(*store);
  gate.lock();
  files.on_operation([&](const OperationEvent& event) {
    if (event.operation == Operation::kSync) const std::scoped_lock pass(gate);
  });
  put(*store, kAlpha, "a", std::string(1000, 'x'));
  store->end_turn(false);
  put(*store, kAlpha, "b", std::string(1000, 'x'));
  // The flush thread refuses by its life what is not durable.
  for (int turn = 0; turn < 10; ++turn) store->end_turn(false);
  EXPECT_EQ(store->durable_seq(), Seq{0});
  EXPECT_EQ(store->stats().flushes, 0U);
  gate.unlock();
  EXPECT_TRUE(turner.until([&] { return store->stats().applied_seq >= Seq{1}; }));
}

TEST_F(LocalStoreTest, AFailedSyncIsForEver) {
  FaultFileSystem files(real_file_system());
  options_.files = &files;
  for (const bool few_clients : {true, false}) {
    auto store = open_store(options_);
    const Seq before = put_durably(*store, kAlpha, "a", "1");
    StoreTurner turner(*store);
    // Not of a spare segment, "...journal.new".
    files.fail({.operation = Operation::kSync, .path_ends = ".journal"});
    put(*store, kAlpha, "a", "2");
    store->end_turn(few_clients);
    EXPECT_TRUE(turner.until([&] { return !store->health(); }));
    EXPECT_EQ(store->health().error().code(), Code::kIo);
    EXPECT_GE(turner.wakes(), 1);
    auto txn = store->begin();
    EXPECT_TRUE(txn->put(kAlpha, "a", "3"));
    EXPECT_FALSE(store->commit(*txn, {}));
    txn.reset();
    store->end_turn(true);
    EXPECT_EQ(store->durable_seq(), before);
    EXPECT_FALSE(store->close());
    files.clear_faults();
  }
}

TEST_F(LocalStoreTest, EverythingIsThereAfterClosing) {
  auto store = open_store(options_);
  const Identity identity = store->identity();
  for (int i = 0; i < 500; ++i) put(*store, kAlpha, "k" + std::to_string(i), std::to_string(i));
  ASSERT_TRUE(store->close());
  EXPECT_EQ(store->stats().applied_seq, Seq{500});
  store.reset();
  store = open_store(options_);
  EXPECT_EQ(store->last_seq(), Seq{500});
  EXPECT_EQ(store->durable_seq(), Seq{500});
  EXPECT_EQ(store->identity().uuid, identity.uuid);
  EXPECT_EQ(store->identity().history_id, identity.history_id);
  EXPECT_GT(store->identity().epoch, identity.epoch);
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), 500u);
  EXPECT_EQ(put(*store, kAlpha, "next", ""), Seq{501});
}

TEST_F(LocalStoreTest, WithoutClosingWhatWasDurableIsThere) {
  for (int round = 0; round < 3; ++round) {
    auto store = open_store(options_);
    for (int i = 0; i < 200; ++i) {
      put_durably(*store, kAlpha, std::to_string(round * 1000 + i), "durable");
    }
    put(*store, kAlpha, "never handed over", "");
  }
  auto store = open_store(options_);
  EXPECT_EQ(store->last_seq(), Seq{600});
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), 600u);
}

// Random commands against a map, with memtables so small that they turn over all the time; the
// digest that the flushes kept is that of the rows.
TEST_F(LocalStoreTest, StaysTrueWhileMemtablesAreFlushedUnderIt) {
  options_.flush.interval = Duration{0};
  options_.memtable_pages = 3;
  auto store = open_store(options_);
  std::optional<StoreTurner> turner(*store);
  std::mt19937_64 random(5);
  RowMap model;
  for (int i = 0; i < 6000; ++i) {
    auto txn = store->begin();
    for (int row = 0; row < 3; ++row) {
      const std::string key = "k" + std::to_string(random() % 2000);
      if (random() % 3 == 0) {
        ASSERT_TRUE(txn->erase(kAlpha, key));
        model.erase(key);
      } else {
        const std::string value(random() % 60, static_cast<char>('a' + random() % 26));
        ASSERT_TRUE(txn->put(kAlpha, key, value));
        model[key] = value;
      }
    }
    ASSERT_TRUE(store->commit(*txn, {}));
    txn.reset();
    if (i % 7 == 0) store->end_turn(i % 2 == 0);
    if (i % 500 == 0) {
      ASSERT_EQ(all_rows(*store->begin(), kAlpha), model) << i;
      const Seq some{static_cast<std::uint64_t>(i)};
      ASSERT_TRUE(turner->until([&] { return store->stats().applied_seq >= some; }));
    }
  }
  EXPECT_EQ(all_rows(*store->begin(), kAlpha), model);
  EXPECT_GE(store->stats().flushes, 11u);
  turner.reset();
  ASSERT_TRUE(store->close());
  Digest digest;
  add_rows(digest, kAlpha, model);
  EXPECT_EQ(store->stats().digest, digest.words());
  store.reset();
  store = open_store(options_);
  EXPECT_EQ(all_rows(*store->begin(), kAlpha), model);
}

TEST_F(LocalStoreTest, ADueMemtableReachesTheBaseWithoutFurtherCommits) {
  options_.flush.interval = Duration::milliseconds(5);
  auto store = open_store(options_);
  StoreTurner turner(*store);
  const Seq seq = put(*store, kAlpha, "a", "1");
  EXPECT_TRUE(turner.until([&] { return store->stats().applied_seq == seq; }));
  EXPECT_TRUE(turner.until([&] { return store->stats().memtable_bytes == 0; }));
  EXPECT_EQ(get(*store->begin(), kAlpha, "a"), "1");
}

TEST_F(LocalStoreTest, ASecondOpeningIsLockedOut) {
  auto store = open_store(options_);
  const auto second = LocalStore::open(options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Code::kLocked);
  EXPECT_NE(second.error().message().find(std::to_string(::getpid())), std::string::npos);
}

TEST_F(LocalStoreTest, ADirectoryThatCannotBeUsedIsNamed) {
  write_file(directory_ / "file", "in the way");
  options_.directory = (directory_ / "file").string();
  const auto store = LocalStore::open(options_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), Code::kDirectory);
  EXPECT_NE(store.error().message().find(options_.directory), std::string::npos);
}

TEST_F(LocalStoreTest, ASchemaFromTheFutureIsRefused) {
  options_.schema_version = 3;
  ASSERT_TRUE(open_store(options_)->close());
  options_.schema_version = 2;
  const auto store = LocalStore::open(options_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code(), Code::kNewer);
  options_.schema_version = 4;
  EXPECT_EQ(open_store(options_)->schema_version(), 3u);
}

TEST_F(LocalStoreTest, RaisingTheSchemaLastsAndTakesAllCommitsAlong) {
  auto store = open_store(options_);
  put(*store, kAlpha, "a", "migrated");
  ASSERT_TRUE(store->raise_schema_version(2));
  EXPECT_EQ(store->schema_version(), 2u);
  EXPECT_EQ(store->stats().applied_seq, Seq{1});
  EXPECT_EQ(put_durably(*store, kAlpha, "b", "after"), Seq{2});
  store.reset();
  options_.schema_version = 2;
  store = open_store(options_);
  EXPECT_EQ(store->schema_version(), 2u);
  EXPECT_EQ(all_rows(*store->begin(), kAlpha).size(), 2u);
}

TEST_F(LocalStoreTest, ReplayShowsWhatWasCommittedInOrder) {
  auto store = open_store(options_);
  for (int i = 1; i <= 50; ++i) put_durably(*store, kAlpha, std::to_string(i), "v");
  put(*store, kAlpha, "not durable", "v");
  std::vector<std::uint64_t> seen;
  ASSERT_TRUE(store->replay(Seq{10}, [&](const RecordView& record) {
    EXPECT_EQ(record.words[1], std::to_string(record.seq.value));
    EXPECT_EQ(record.actor, 7u);
    seen.push_back(record.seq.value);
    return record.seq < Seq{40};
  }));
  ASSERT_EQ(seen.size(), 30u);
  EXPECT_EQ(seen.front(), 11u);
  EXPECT_EQ(seen.back(), 40u);
  seen.clear();
  ASSERT_TRUE(store->replay(Seq{45}, [&](const RecordView& record) {
    seen.push_back(record.seq.value);
    return true;
  }));
  EXPECT_EQ(seen.back(), 50u);
}

TEST_F(LocalStoreTest, ACheckpointBringsWhatIsCommittedIntoTheBase) {
  auto store = open_store(options_);
  const Seq seq = put_durably(*store, kAlpha, "a", "1");
  store->end_turn(true);
  EXPECT_LT(store->stats().applied_seq, seq);
  store->checkpoint();
  eventually("the base holds it", [&] {
    store->end_turn(true);
    return store->stats().applied_seq == seq;
  });
}

}  // namespace
}  // namespace holdfast::storage
