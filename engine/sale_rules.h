// SaleRules: the part of an offering that OFFERING ALTER may change: prices, payment, how long a
// hold lasts, demand.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Demand {
  std::uint32_t free = 0;          // clients that cost nothing
  std::uint32_t step_percent = 0;  // 0: no rule
};

// What is set, and nothing of the rest.
struct SaleRules {
  std::optional<Money> price = {};
  std::optional<std::vector<TypePrice>> prices = {};  // all of them: replaces those there were
  std::optional<PayRule> pay = {};
  std::optional<Duration> hold = {};
  std::optional<Duration> cap = {};
  std::optional<Demand> demand = {};
};

// "stalls:8000,circle:6000"; "" is none. kBadValue, kLimit over kMaxPrices.
Result<std::vector<TypePrice>> parse_prices(std::string_view text);
std::string format_prices(const std::vector<TypePrice>& prices);
// "2:5": more than 2 clients cost 5 % each; "off".
Result<Demand> parse_demand(std::string_view text);
std::string format_demand(std::uint32_t free, std::uint32_t step_percent);

// The first type of the plan that has no price of its own.
std::optional<std::string_view> unpriced_type(const Plan& plan,
                                              const std::vector<TypePrice>& prices);

// The rules of a new offering: what is not set gets its default; where only one of hold and cap is
// set, the other makes way. A price has none, for nothing is free by mistake: kArgs type= for a
// type without one.
Result<void> set_rules(const SaleRules& rules, const Plan& plan, OfferingRow& offering);
// Changes what is set; of prices by type, those of the types that are named. kBadValue for a hold
// longer than the cap, a price for a type that the plan does not have; kLimit over kMaxPrices.
Result<void> change_rules(const SaleRules& rules, const Plan& plan, OfferingRow& offering);

}  // namespace holdfast::engine
