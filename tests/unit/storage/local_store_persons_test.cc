// Rows about persons: sealed in the journal, and gone with the person's key.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "storage/local_store.h"
#include "tests/support/eventually.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

class LocalStorePersons : public testing::Test {
 protected:
  TempDirectory directory_;
  LocalStoreOptions options_ = test_options((directory_ / "data").string());
};

bool journal_contains(const std::filesystem::path& data, std::string_view text) {
  for (const auto& entry : std::filesystem::directory_iterator(data / "journal")) {
    if (read_file(entry.path()).find(text) != std::string::npos) return true;
  }
  return false;
}

PersonId put_person(LocalStore& store, const std::string& name) {
  auto txn = store.begin();
  const PersonId person = txn->add_person().value();
  EXPECT_TRUE(txn->put(kBeta, name, "guest", person));
  EXPECT_TRUE(store.commit(*txn, {}));
  return person;
}

TEST_F(LocalStorePersons, SealedRowsArePlainInTheTableAndUnreadableInTheJournal) {
  auto store = open_store(options_);
  EXPECT_EQ(put_person(*store, "Ada Lovelace"), PersonId{1});
  EXPECT_EQ(put_person(*store, "Charles Babbage"), PersonId{2});
  put(*store, kAlpha, "plain sight", "");
  store->end_turn(true);
  EXPECT_EQ(get(*store->begin(), kBeta, "Ada Lovelace"), "guest");
  EXPECT_TRUE(journal_contains(options_.directory, "plain sight"));
  EXPECT_FALSE(journal_contains(options_.directory, "Lovelace"));
  store.reset();
  store = open_store(options_);
  EXPECT_EQ(all_rows(*store->begin(), kBeta).size(), 2u);
  EXPECT_EQ(put_person(*store, "Grace Hopper"), PersonId{3});
}

TEST_F(LocalStorePersons, ManyPersonsOfOneCommitHaveEachTheirOwnKey) {
  constexpr std::uint64_t kPersons = 100;
  auto store = open_store(options_);
  put_person(*store, "Ada");  // so that numbers and places differ
  auto txn = store->begin();
  std::vector<PersonId> persons;
  for (std::uint64_t i = 0; i < kPersons; ++i) persons.push_back(txn->add_person().value());
  for (const PersonId person : persons) {
    EXPECT_TRUE(txn->put(kBeta, fmt::format("person {}", person.value), "guest", person));
  }
  EXPECT_TRUE(store->commit(*txn, {.words = {"MANY"}}));
  txn.reset();
  store->end_turn(true);
  store.reset();  // as a crash: the rows come back from the journal, each opened by its key
  store = open_store(options_);
  const auto reading = store->begin();
  for (const PersonId person : persons) {
    EXPECT_EQ(get(*reading, kBeta, fmt::format("person {}", person.value)), "guest");
  }
}

TEST_F(LocalStorePersons, APersonOfAnEarlierCommitCanBeWrittenAgain) {
  auto store = open_store(options_);
  const PersonId person = put_person(*store, "Ada");
  for (const bool durable : {false, true}) {
    auto txn = store->begin();
    EXPECT_TRUE(txn->put(kBeta, "Ada", durable ? "durable" : "not yet", person));
    EXPECT_TRUE(store->commit(*txn, {}));
    txn.reset();
    store->end_turn(true);
  }
  store.reset();
  EXPECT_EQ(get(*open_store(options_)->begin(), kBeta, "Ada"), "durable");
}

TEST_F(LocalStorePersons, APersonWhoWasNotCommittedIsGivenAgain) {
  auto store = open_store(options_);
  EXPECT_EQ(store->begin()->add_person().value(), PersonId{1});
  EXPECT_EQ(put_person(*store, "Ada"), PersonId{1});
}

TEST_F(LocalStorePersons, RowsOfAForgottenPersonAreNotReplayed) {
  PersonId person;
  Identity identity;
  {
    auto store = open_store(options_);
    identity = store->identity();
    person = put_person(*store, "Ada");
    put_person(*store, "Charles");
    put_durably(*store, kAlpha, "after", "");
  }
  {
    auto keys = PersonKeys::open(real_file_system(), options_.directory + "/person-keys",
                                 identity.uuid, false);
    ASSERT_TRUE(keys);
    ASSERT_TRUE((*keys)->destroy(person));
  }
  auto store = open_store(options_);
  EXPECT_EQ(all_rows(*store->begin(), kBeta), (RowMap{{"Charles", "guest"}}));
  EXPECT_EQ(get(*store->begin(), kAlpha, "after"), "");
  auto txn = store->begin();
  EXPECT_TRUE(txn->put(kBeta, "Ada", "again", person));
  EXPECT_EQ(store->commit(*txn, {}).error().code(), Code::kGone);
}

TEST_F(LocalStorePersons, WhoIsForgottenLosesTheKeyOnceTheBaseHoldsTheErasure) {
  auto store = open_store(options_);
  const PersonId person = put_person(*store, "Ada");
  const auto key_is_there = [&] {
    auto keys = PersonKeys::open(real_file_system(), options_.directory + "/person-keys",
                                 store->identity().uuid, true);
    const auto key = (*keys)->find(person);
    return key && key->has_value();
  };
  store->end_turn(true);
  {
    const auto txn = store->begin();
    ASSERT_TRUE(txn->erase(kBeta, "Ada", person));
    ASSERT_TRUE(store->commit(*txn, {}));
  }
  store->forget(std::array{person});
  EXPECT_TRUE(key_is_there());
  eventually("the key is destroyed", [&] {
    store->end_turn(true);
    return !key_is_there();
  });
  EXPECT_EQ(store->stats().applied_seq, store->last_seq());
  store.reset();
  store = open_store(options_);
  EXPECT_TRUE(all_rows(*store->begin(), kBeta).empty());
}

TEST_F(LocalStorePersons, ClosingFinishesWhatIsToBeForgotten) {
  auto store = open_store(options_);
  const auto uuid = store->identity().uuid;
  const PersonId person = put_person(*store, "Ada");
  {
    const auto txn = store->begin();
    ASSERT_TRUE(txn->erase(kBeta, "Ada", person));
    ASSERT_TRUE(store->commit(*txn, {}));
  }
  store->forget(std::array{person});
  ASSERT_TRUE(store->close());
  store.reset();
  auto keys = PersonKeys::open(real_file_system(), options_.directory + "/person-keys", uuid, true);
  ASSERT_TRUE(keys);
  const auto key = (*keys)->find(person);
  ASSERT_TRUE(key) << key.error().to_string();
  EXPECT_FALSE(key->has_value());
}

}  // namespace
}  // namespace holdfast::storage
