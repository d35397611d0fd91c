#include "engine/sale_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/limits.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

const Plan& hall() {
  static const PlanPtr plan = test::make_plan({test::section({.units = "1-9", .type = "stalls"})});
  return *plan;
}

TEST(SaleRules, PricesReadBackAsTheyAreWritten) {
  const auto prices = *parse_prices("stalls:8000,circle:0");
  ASSERT_EQ(prices.size(), 2U);
  EXPECT_EQ(prices[0].minor, 8000);
  EXPECT_EQ(format_prices(prices), "stalls:8000,circle:0");
  EXPECT_TRUE(parse_prices("")->empty());
}

TEST(SaleRules, BadPricesAreRefused) {
  for (const std::string_view text :
       {"stalls", "stalls:", ":5", "stalls:-1", "stalls:1.5", "stalls:1,stalls:2",
        "stalls:1,,circle:2", "stalls:1x", "stalls:1000000000001", "stalls:99999999999999999999"}) {
    const auto prices = parse_prices(text);
    ASSERT_FALSE(prices) << text;
    EXPECT_EQ(prices.error().code(), Code::kBadValue) << text;
  }
  EXPECT_NE(parse_prices("stalls:25.00").error().message().find("25.00 is written 2500"),
            std::string::npos);
  std::string many;
  for (std::size_t i = 0; i <= kMaxPrices; ++i) many += "t" + std::to_string(i) + ":1,";
  EXPECT_EQ(parse_prices(many).error().code(), Code::kLimit);
}

TEST(SaleRules, DemandReadsBackAsItIsWritten) {
  const Demand demand = *parse_demand("2:5");
  EXPECT_EQ(demand.free, 2U);
  EXPECT_EQ(demand.step_percent, 5U);
  EXPECT_EQ(format_demand(2, 5), "2:5");
  EXPECT_EQ(parse_demand("off")->step_percent, 0U);
  EXPECT_EQ(format_demand(0, 0), "off");
  for (const std::string_view text : {"", "2", "2:", ":5", "2:5:7", "-1:5", "2:1001", "2:5%"}) {
    EXPECT_FALSE(parse_demand(text)) << text;
  }
}

TEST(SaleRules, OfHoldAndCapTheOneNotSetMakesWay) {
  OfferingRow row;
  test::expect_ok(set_rules({.price = Money{5}}, hall(), row));
  EXPECT_EQ(row.hold_seconds, kDefaultHoldSeconds);
  EXPECT_EQ(row.hold_cap_seconds, kDefaultHoldCapSeconds);
  test::expect_ok(set_rules({.price = Money{5}, .hold = Duration::seconds(7200)}, hall(), row));
  EXPECT_EQ(row.hold_cap_seconds, 7200);
  test::expect_ok(set_rules({.price = Money{5}, .cap = Duration::seconds(60)}, hall(), row));
  EXPECT_EQ(row.hold_seconds, 60);
}

TEST(SaleRules, ANewOfferingHasAPriceForEveryType) {
  OfferingRow row;
  EXPECT_EQ(set_rules({}, hall(), row).error().code(), Code::kArgs);
  EXPECT_EQ(unpriced_type(hall(), {}), "stalls");
  test::expect_ok(set_rules({.prices = *parse_prices("stalls:0")}, hall(), row));
  EXPECT_EQ(unpriced_type(hall(), row.prices), std::nullopt);
}

TEST(SaleRules, AHoldLongerThanItsCapIsRefused) {
  OfferingRow row;
  EXPECT_FALSE(
      set_rules({.price = Money{5}, .hold = Duration::seconds(61), .cap = Duration::seconds(60)},
                hall(), row));
  test::expect_ok(set_rules({.price = Money{5}}, hall(), row));
  EXPECT_FALSE(change_rules({.cap = Duration::seconds(60)}, hall(), row));
  EXPECT_FALSE(change_rules({.hold = Duration::milliseconds(500)}, hall(), row));
  EXPECT_FALSE(change_rules({.cap = Duration::seconds(kMaxHoldSeconds + 1)}, hall(), row));
}

TEST(SaleRules, AChangeLeavesTheRestAsItWas) {
  OfferingRow row;
  test::expect_ok(set_rules({.price = Money{5}, .pay = PayRule::kFirst}, hall(), row));
  test::expect_ok(change_rules({.price = Money{6}}, hall(), row));
  EXPECT_EQ(row.price_minor, 6);
  EXPECT_EQ(row.pay, PayRule::kFirst);
}

TEST(SaleRules, APriceOfATypeThatThePlanLacksIsRefused) {
  OfferingRow row;
  SaleRules rules;
  rules.prices = *parse_prices("balcony:1");
  const auto changed = change_rules(rules, hall(), row);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code(), Code::kBadValue);
}

}  // namespace
}  // namespace holdfast::engine
