#include "storage/merge_cursor.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

using test::kAlpha;
using test::kBeta;
using Model = std::map<std::string, std::string>;

// Four sources with random rows over each other, and the one map they amount to.
class Layers {
 public:
  explicit Layers(std::uint64_t seed) : random_(seed) {
    base_ = std::move(
        *LmdbBase::open(directory_.path().string(), test::kTestTables, {.map_bytes = 16 << 20}));
    Memtable rows;
    fill([&](auto key, auto value) { rows.put(kAlpha, key, value); },
         [&](auto key) { rows.erase(kAlpha, key); });
    rows.put(kBeta, "k050", "of another table");
    EXPECT_TRUE(base_->write(rows, {}, {}));
    snapshot_ = std::move(*base_->snapshot());
    fill([&](auto key, auto value) { frozen_.put(kAlpha, key, value); },
         [&](auto key) { frozen_.erase(kAlpha, key); });
    fill([&](auto key, auto value) { active_.put(kAlpha, key, value); },
         [&](auto key) { active_.erase(kAlpha, key); });
    fill([&](auto key, auto value) { EXPECT_TRUE(batch_.put(kAlpha, key, value, {})); },
         [&](auto key) { EXPECT_TRUE(batch_.erase(kAlpha, key, {})); });
    active_.put(kBeta, "k050", "of another table");
    EXPECT_TRUE(batch_.put(TableId{0}, "k050", "of another table", {}));
  }

  std::string random_key() {
    std::string key = "k" + std::to_string(1000 + random_() % 120).substr(1);
    if (random_() % 8 == 0) key += "x";
    return key;
  }
  ReadView view() { return {&batch_, &active_, &frozen_, snapshot_.get()}; }
  const Model& model() const { return model_; }
  std::uint64_t number() { return random_(); }

 private:
  template <typename Put, typename Erase>
  void fill(Put put, Erase erase) {
    const int rows = static_cast<int>(random_() % 60);
    for (int i = 0; i < rows; ++i) {
      const std::string key = random_key();
      if (random_() % 3 == 0) {
        erase(key);
        model_.erase(key);
      } else {
        const std::string value = std::to_string(random_());
        put(key, value);
        model_[key] = value;
      }
    }
  }

  test::TempDirectory directory_;
  std::mt19937_64 random_;
  Model model_;
  std::unique_ptr<LmdbBase> base_;
  std::unique_ptr<LmdbBase::Snapshot> snapshot_;
  Memtable frozen_;
  Memtable active_;
  WriteBatch batch_;
};

// Walks cursor and model at random and compares them after each step.
void walk(Layers& layers) {
  auto cursor = std::move(*layers.view().scan(kAlpha));
  const Model& model = layers.model();
  auto at = model.end();
  bool standing = false;
  for (int step = 0; step < 400; ++step) {
    Result<bool> moved = false;
    const std::uint64_t choice = layers.number() % (standing ? 10 : 3);
    const std::string key = layers.random_key();
    bool expected = false;
    if (choice == 0) {
      moved = cursor->seek(key);
      at = model.lower_bound(key);
      expected = at != model.end();
    } else if (choice == 1 || choice == 2) {
      moved = choice == 1 ? cursor->seek_before(key) : cursor->seek_last();
      at = choice == 1 ? model.lower_bound(key) : model.end();
      expected = at != model.begin();
      if (expected) --at;
    } else if (choice <= 6) {
      moved = cursor->next();
      expected = ++at != model.end();
    } else {
      moved = cursor->previous();
      expected = at != model.begin();
      if (expected) --at;
    }
    ASSERT_TRUE(moved) << moved.error().to_string();
    ASSERT_EQ(*moved, expected) << "step " << step;
    standing = expected;
    if (!standing) continue;
    ASSERT_EQ(cursor->key(), at->first);
    ASSERT_EQ(cursor->value(), at->second);
  }
}

TEST(MergeCursor, WalksLikeOneMapInBothDirections) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Layers layers(seed);
    walk(layers);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(ReadView, GetsWhatTheMapHolds) {
  for (std::uint64_t seed = 100; seed <= 110; ++seed) {
    Layers layers(seed);
    for (int i = 0; i < 300; ++i) {
      const std::string key = layers.random_key();
      const auto value = layers.view().get(kAlpha, key);
      ASSERT_TRUE(value);
      const auto expected = layers.model().find(key);
      ASSERT_EQ(value->has_value(), expected != layers.model().end()) << "seed " << seed;
      if (*value) {
        ASSERT_EQ(**value, expected->second);
      }
    }
  }
}

TEST(MergeCursor, SeesRowsThatAreWrittenBeforeTheNextSeek) {
  WriteBatch batch;
  const ReadView view{.batch = &batch};
  auto cursor = std::move(*view.scan(kAlpha));
  EXPECT_FALSE(*cursor->seek(""));
  ASSERT_TRUE(batch.put(kAlpha, "b", "1", {}));
  ASSERT_TRUE(*cursor->seek(""));
  EXPECT_EQ(cursor->key(), "b");
  ASSERT_TRUE(batch.put(kAlpha, "a", "2", {}));
  ASSERT_TRUE(*cursor->seek(""));
  EXPECT_EQ(cursor->key(), "a");
  ASSERT_TRUE(*cursor->next());
  EXPECT_EQ(cursor->key(), "b");
}

}  // namespace
}  // namespace holdfast::storage
