#include "engine/sale_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "engine/limits.h"
#include "engine/names.h"

namespace holdfast::engine {

namespace {

constexpr std::int64_t kMaxStepPercent = 1000;
constexpr std::int64_t kMaxFreeClients = 1'000'000;

Result<std::int64_t> parse_amount(std::string_view what, std::string_view text, std::int64_t most) {
  std::int64_t value = -1;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, value);
  if (failed != std::errc() || rest != end || value < 0 || value > most) {
    return error(Code::kBadValue, fmt::format("{} \"{}\" is no number from 0 to {}", what,
                                              text.substr(0, 64), most));
  }
  return value;
}

Result<std::int64_t> hold_seconds(std::string_view what, Duration duration) {
  const std::int64_t seconds = duration.us / 1'000'000;
  if (seconds < 1 || seconds > kMaxHoldSeconds) {
    return error(Code::kBadValue, fmt::format("{} {}s is not from 1s to {}d", what, seconds,
                                              kMaxHoldSeconds / 86400));
  }
  return seconds;
}

Result<void> check_types(const Plan& plan, const std::vector<TypePrice>& prices) {
  for (const TypePrice& price : prices) {
    if (plan.has_type(price.type)) continue;
    return error(Code::kBadValue,
                 fmt::format("plan \"{}\" has no type \"{}\"", plan.name(), price.type));
  }
  return {};
}

// A type that is not named keeps its price: left without one it would cost the price of the rest,
// which may be nothing.
Result<void> put_prices(const std::vector<TypePrice>& named, std::vector<TypePrice>& prices) {
  for (const TypePrice& price : named) {
    const auto known = std::ranges::find(prices, price.type, &TypePrice::type);
    if (known == prices.end()) {
      prices.push_back(price);
    } else {
      known->minor = price.minor;
    }
  }
  if (prices.size() <= kMaxPrices) return {};
  return error(Code::kLimit, fmt::format("more than {} prices", kMaxPrices));
}

}  // namespace

Result<std::vector<TypePrice>> parse_prices(std::string_view text) {
  std::vector<TypePrice> prices;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view pair = text.substr(0, comma);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) {
      return error(Code::kBadValue,
                   fmt::format("price \"{}\" is not like stalls:8000", pair.substr(0, 64)));
    }
    const std::string_view type = pair.substr(0, colon);
    TRY(check_name("type", type, kMaxNameBytes));
    if (std::ranges::find(prices, type, &TypePrice::type) != prices.end()) {
      return error(Code::kBadValue, fmt::format("type \"{}\" has two prices", type));
    }
    if (pair.find('.', colon) != std::string_view::npos) {
      return error(Code::kBadValue, fmt::format("price \"{}\" is no whole number of minor units: "
                                                "25.00 is written 2500",
                                                pair.substr(0, 64)));
    }
    if (prices.size() == kMaxPrices) {
      return error(Code::kLimit, fmt::format("more than {} prices", kMaxPrices));
    }
    prices.push_back({.type = std::string(type),
                      .minor = TRY(parse_amount("price", pair.substr(colon + 1), kMaxAmount))});
  }
  return prices;
}

std::string format_prices(const std::vector<TypePrice>& prices) {
  std::string text;
  for (const TypePrice& price : prices) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", price.type, price.minor);
  }
  return text;
}

Result<Demand> parse_demand(std::string_view text) {
  if (text == "off") return Demand{};
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return error(Code::kBadValue,
                 fmt::format("demand \"{}\" is not like 2:5, nor off", text.substr(0, 64)));
  }
  const auto free = TRY(parse_amount("demand", text.substr(0, colon), kMaxFreeClients));
  const auto step = TRY(parse_amount("demand", text.substr(colon + 1), kMaxStepPercent));
  return Demand{static_cast<std::uint32_t>(free), static_cast<std::uint32_t>(step)};
}

std::string format_demand(std::uint32_t free, std::uint32_t step_percent) {
  return step_percent == 0 ? "off" : fmt::format("{}:{}", free, step_percent);
}

std::optional<std::string_view> unpriced_type(const Plan& plan,
                                              const std::vector<TypePrice>& prices) {
  for (const std::string_view type : plan.types()) {
    const bool priced =
        std::ranges::any_of(prices, [&](const TypePrice& price) { return price.type == type; });
    if (!priced) return type;
  }
  return std::nullopt;
}

Result<void> set_rules(const SaleRules& rules, const Plan& plan, OfferingRow& offering) {
  offering.hold_seconds = kDefaultHoldSeconds;
  offering.hold_cap_seconds = kDefaultHoldCapSeconds;
  if (rules.hold && !rules.cap) {
    const std::int64_t hold = TRY(hold_seconds("hold", *rules.hold));
    offering.hold_cap_seconds = std::max(offering.hold_cap_seconds, hold);
  }
  if (rules.cap && !rules.hold) {
    const std::int64_t cap = TRY(hold_seconds("cap", *rules.cap));
    offering.hold_seconds = std::min(offering.hold_seconds, cap);
  }
  TRY(change_rules(rules, plan, offering));
  if (rules.price) return {};
  if (const auto type = unpriced_type(plan, offering.prices)) {
    return std::unexpected(
        Status(
            Code::kArgs,
            fmt::format("no price for type \"{}\": give price= in minor units, 0 is free", *type))
            .with("type", std::string(*type)));
  }
  return {};
}

Result<void> change_rules(const SaleRules& rules, const Plan& plan, OfferingRow& offering) {
  if (rules.price) offering.price_minor = rules.price->minor;
  if (rules.prices) {
    TRY(check_types(plan, *rules.prices));
    TRY(put_prices(*rules.prices, offering.prices));
  }
  if (rules.pay) offering.pay = *rules.pay;
  if (rules.hold) offering.hold_seconds = TRY(hold_seconds("hold", *rules.hold));
  if (rules.cap) offering.hold_cap_seconds = TRY(hold_seconds("cap", *rules.cap));
  if (offering.hold_seconds > offering.hold_cap_seconds) {
    return error(Code::kBadValue, fmt::format("hold {}s is longer than cap {}s",
                                              offering.hold_seconds, offering.hold_cap_seconds));
  }
  if (rules.demand) {
    offering.demand_free = rules.demand->free;
    offering.demand_step_percent = rules.demand->step_percent;
  }
  return {};
}

}  // namespace holdfast::engine
