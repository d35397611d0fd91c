#include "engine/pricing.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/limits.h"

namespace holdfast::engine {

namespace {

std::unexpected<Status> too_much() {
  return error(Code::kLimit, fmt::format("the amount exceeds {} minor units", kMaxTotal));
}

Money base_price(const OfferingRow& offering, std::string_view type) {
  const auto own = std::ranges::find(offering.prices, type, &TypePrice::type);
  return {own == offering.prices.end() ? offering.price_minor : own->minor};
}

Result<Money> with_demand(const OfferingRow& offering, Money base, std::uint32_t clients) {
  if (offering.demand_step_percent == 0 || clients <= offering.demand_free) return base;
  std::int64_t share = 0;
  if (__builtin_mul_overflow(base.minor, std::int64_t{offering.demand_step_percent}, &share) ||
      __builtin_mul_overflow(share, std::int64_t{clients}, &share)) {
    return too_much();
  }
  const std::int64_t rate = base.minor + share / 100;  // both far below 2^62
  if (rate > kMaxTotal) return too_much();
  return Money{rate};
}

}  // namespace

std::int32_t quanta(const OfferingRow& offering, Span span) {
  switch (offering.axis) {
    case Axis::kEvent:
      return 1;
    case Axis::kSlots:
      return span.length() /
             std::max<std::int32_t>(1, static_cast<std::int32_t>(offering.slot_minutes));
    case Axis::kNights:
    case Axis::kLegs:
      break;
  }
  return span.to == kOpenEnd ? 1 : span.length();
}

Result<Money> asking_price(const OfferingRow& offering, std::uint32_t active_clients) {
  return with_demand(offering, {offering.price_minor}, active_clients);
}

Result<Price> price_item(const Offering& offering, Unit unit, Span span,
                         std::uint32_t active_clients) {
  const Money base = base_price(offering.row, offering.plan->type(unit));
  const Money rate = TRY(with_demand(offering.row, base, active_clients));
  const Money total = TRY(price_quanta(rate, quanta(offering.row, span)));
  return Price{rate, total};
}

Result<Money> price_quanta(Money rate, std::int32_t count) {
  std::int64_t total = 0;
  if (__builtin_mul_overflow(rate.minor, std::int64_t{std::max(count, 1)}, &total) ||
      total > kMaxTotal) {
    return too_much();
  }
  return Money{total};
}

}  // namespace holdfast::engine
