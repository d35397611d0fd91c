#include "storage/long_read.h"

#include <fmt/format.h>

#include <array>

#include "storage/base_changes.h"
#include "tests/unit/storage/store_writer.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

// Several times what is read between two looks for a newer base.
constexpr int kRows = 6 * static_cast<int>(LookSchedule::kRowsBetween);

std::string key_of(int number) {
  return fmt::format("k{:06}", number);
}

void commit(LocalStore& store, std::unique_ptr<Transaction> txn) {
  EXPECT_TRUE(store.commit(*txn, {}));
}

// One commit: every row of kAlpha says `value`.
void put_all(LocalStore& store, std::string_view value) {
  auto txn = store.begin();
  for (int i = 0; i < kRows; ++i) EXPECT_TRUE(txn->put(kAlpha, key_of(i), value));
  commit(store, std::move(txn));
}

void fill(LocalStore& store) {
  put_all(store, "old");
  flush_all(store);
  put_durably(store, kAlpha, key_of(1), "above the base");
  put_durably(store, kBeta, "proof", "");
}

// Rows change, go and come, in the base.
void change(LocalStore& store) {
  auto txn = store.begin();
  for (int i = 0; i < kRows; i += 8) EXPECT_TRUE(txn->put(kAlpha, key_of(i), "new"));
  for (int i = 1; i < kRows; i += 8) EXPECT_TRUE(txn->erase(kAlpha, key_of(i)));
  for (int i = 3; i < kRows; i += 8) EXPECT_TRUE(txn->put(kAlpha, key_of(i) + "x", "new"));
  commit(store, std::move(txn));
  flush_all(store);
}

// Somebody comes, and is forgotten at once.
void forget_somebody(LocalStore& store) {
  auto txn = store.begin();
  const PersonId person = txn->add_person().value();
  EXPECT_TRUE(txn->put(kAlpha, key_of(7), "Ada", person));
  commit(store, std::move(txn));
  txn = store.begin();
  EXPECT_TRUE(txn->erase(kAlpha, key_of(7), person));
  commit(store, std::move(txn));
  store.forget(std::array{person});
  flush_all(store);
  EXPECT_TRUE(store.close());
}

class LongReadTest : public testing::Test {
 protected:
  // Reads all of kAlpha and has the writer do a step now and then; every row is as fill() left it.
  static void read_beside(LongRead& read, StoreWriter& writer, int steps) {
    const auto cursor = read.scan(kAlpha).value();
    int rows = 0;
    for (bool on = cursor->seek("").value(); on; on = cursor->next().value(), ++rows) {
      ASSERT_EQ(cursor->key(), key_of(rows));
      ASSERT_EQ(cursor->value(), rows == 1 ? "above the base" : "old") << rows;
      if (rows % 2000 == 100 && steps > 0) {
        --steps;
        writer.step();
      }
    }
    EXPECT_EQ(rows, kRows);
    EXPECT_EQ(steps, 0);
  }

  TempDirectory directory_;
  LocalStoreOptions options_ = test_options((directory_ / "data").string());
};

TEST_F(LongReadTest, ShowsOneInstantWhileItMovesOnWithTheBase) {
  StoreWriter writer(options_, {fill, change, [](LocalStore& store) {
                                  put_all(store, "newer");
                                  flush_all(store);
                                }});
  const auto store = look_at(options_);
  ASSERT_NE(store, nullptr);
  const Seq before = store->applied_seq();
  const Seq shown = store->last_seq();
  const auto digest = *store->digest();
  LongRead read(*store);
  const auto waiting = read.scan(kAlpha).value();  // stands through it all
  ASSERT_TRUE(waiting->seek(key_of(5)).value());
  read_beside(read, writer, 2);

  EXPECT_EQ(store->applied_seq().value, before.value + 4) << "the pages of the first are free";
  EXPECT_EQ(store->last_seq(), shown);
  EXPECT_EQ(waiting->key(), key_of(5));
  EXPECT_EQ(waiting->value(), "old");
  ASSERT_TRUE(waiting->next().value());
  EXPECT_EQ(waiting->key(), key_of(6));
  ASSERT_TRUE(waiting->previous().value());
  EXPECT_EQ(waiting->key(), key_of(5));
  EXPECT_EQ(get(read, kAlpha, key_of(9)), "old");
  EXPECT_EQ(get(read, kAlpha, key_of(3) + "x"), std::nullopt);
  EXPECT_EQ(*store->digest(), digest);
}

// What the journal has sealed cannot be read once its person is forgotten: nobody knows any more
// which rows of the instant it replaced.
TEST_F(LongReadTest, StaysWhereItIsWhenSomebodyIsForgotten) {
  StoreWriter writer(options_, {fill, forget_somebody});
  const auto store = look_at(options_);
  ASSERT_NE(store, nullptr);
  const Seq before = store->applied_seq();
  LongRead read(*store);
  read_beside(read, writer, 1);
  EXPECT_EQ(store->applied_seq(), before);
  EXPECT_FALSE(store->can_move_on());
}

TEST_F(LongReadTest, RefusesWrites) {
  const StoreWriter writer(options_, {fill});
  const auto store = look_at(options_);
  LongRead read(*store);
  EXPECT_EQ(read.put(kAlpha, "a", "b", {}).error().code(), Code::kReadOnly);
  EXPECT_EQ(read.erase(kAlpha, "a", {}).error().code(), Code::kReadOnly);
  EXPECT_EQ(read.add_person().error().code(), Code::kReadOnly);
}

}  // namespace
}  // namespace holdfast::storage
