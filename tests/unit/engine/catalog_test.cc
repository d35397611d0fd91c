#include "engine/catalog.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

class CatalogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto txn = store_.begin();
    put_plan(*txn, 1, "hall");
    put_offering(*txn, 1, "gala", 1);
    commit(*txn);
  }

  static void put_plan(Transaction& txn, std::uint32_t id, std::string_view name) {
    const Key key = Key().u32(id);
    const PlanRow row{.name = std::string(name), .units = 10, .sections = 1};
    test::expect_ok(put_row(txn, kPlans, key.view(), row));
    test::expect_ok(txn.put(kPlanNames, name, key.view()));
    const SectionRow section = test::section({.units = "1-10"});
    test::expect_ok(put_row(txn, kSections, Key().u32(id).u16(0).view(), section));
  }

  static void put_offering(Transaction& txn, std::uint32_t id, std::string_view name,
                           std::uint32_t plan, std::int64_t price = 100) {
    const Key key = Key().u32(id);
    OfferingRow row;
    row.name = name;
    row.plan = plan;
    row.price_minor = price;
    test::expect_ok(put_row(txn, kOfferings, key.view(), row));
    test::expect_ok(txn.put(kOfferingNames, name, key.view()));
  }

  void commit(Transaction& txn) { ASSERT_TRUE(store_.commit(txn, {})); }

  test::MemoryStore store_;
  Catalog catalog_;
};

TEST_F(CatalogTest, FindsOfferingsAndPlansByNameAndNumber) {
  const auto txn = store_.begin();
  const OfferingPtr gala = *catalog_.offering(*txn, "gala");
  EXPECT_EQ(gala->id, OfferingId{1});
  EXPECT_EQ(gala->plan->name(), "hall");
  EXPECT_EQ(*catalog_.offering(*txn, OfferingId{1}), gala);
  EXPECT_EQ(*catalog_.plan(*txn, "hall"), gala->plan);
}

TEST_F(CatalogTest, WhatIsNotThereIsNamed) {
  const auto txn = store_.begin();
  const std::string endless(100'000, 'x');
  for (const std::string_view name :
       {std::string_view("opera"), std::string_view(""), std::string_view(endless)}) {
    const auto found = catalog_.offering(*txn, name);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), Code::kNotFound);
    EXPECT_EQ(found.error().fields().front().first, "offering");
  }
  EXPECT_EQ(catalog_.plan(*txn, "attic").error().code(), Code::kNotFound);
  EXPECT_EQ(catalog_.offering(*txn, OfferingId{9}).error().code(), Code::kNotFound);
}

TEST_F(CatalogTest, TheCacheHoldsWhatIsHandedOutUntilInvalidated) {
  auto txn = store_.begin();
  const OfferingPtr before = *catalog_.offering(*txn, "gala");
  put_offering(*txn, 1, "gala", 1, 200);
  commit(*txn);
  txn.reset();
  txn = store_.begin();
  EXPECT_EQ((*catalog_.offering(*txn, "gala"))->row.price_minor, 100);
  catalog_.invalidate(OfferingId{1});
  EXPECT_EQ((*catalog_.offering(*txn, "gala"))->row.price_minor, 200);
  EXPECT_EQ(before->row.price_minor, 100);
}

TEST_F(CatalogTest, NothingUncommittedEntersTheCache) {
  {
    const auto dropped = store_.begin();
    put_offering(*dropped, 2, "opera", 1);
    EXPECT_TRUE(catalog_.offering(*dropped, "opera"));
  }
  const auto txn = store_.begin();
  EXPECT_FALSE(catalog_.offering(*txn, "opera"));
}

TEST_F(CatalogTest, RowsThatDoNotFitTogetherAreCorruption) {
  const auto txn = store_.begin();
  const PlanRow short_by_one{.name = "attic", .units = 11, .sections = 1};
  put_plan(*txn, 2, "attic");
  test::expect_ok(put_row(*txn, kPlans, Key().u32(2).view(), short_by_one));
  EXPECT_EQ(catalog_.plan(*txn, "attic").error().code(), Code::kCorruption);
  test::expect_ok(txn->erase(kSections, Key().u32(2).u16(0).view()));
  EXPECT_EQ(catalog_.plan(*txn, "attic").error().code(), Code::kCorruption);
  test::expect_ok(txn->put(kOfferingNames, "odd", "xyz"));
  EXPECT_EQ(catalog_.offering(*txn, "odd").error().code(), Code::kCorruption);
}

TEST(NamedCache, ForgetsTheLeastRecentlyFound) {
  NamedCache<std::string> cache(2);
  const auto keep = [&](std::uint32_t id, const char* name) {
    auto value = std::make_shared<const std::string>(name);
    cache.keep(id, *value, value);
  };
  keep(1, "one");
  keep(2, "two");
  EXPECT_TRUE(cache.find(1U));
  keep(3, "three");
  EXPECT_FALSE(cache.find("two"));
  EXPECT_TRUE(cache.find("one"));
  EXPECT_TRUE(cache.find("three"));
  EXPECT_EQ(cache.size(), 2U);
  keep(1, "uno");
  EXPECT_FALSE(cache.find("one"));
  EXPECT_EQ(*cache.find("uno"), "uno");
}

}  // namespace
}  // namespace holdfast::engine
