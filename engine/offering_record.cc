#include "engine/offering_record.h"

#include <fmt/format.h>

#include "engine/calendar.h"
#include "engine/sale_rules.h"

namespace holdfast::engine {

Record offering_summary(const OfferingRow& row, const Plan& plan) {
  Record record;
  record.brief = row.name;
  record.add("offering", std::string_view(row.name));
  record.add("plan", plan.name());
  record.add("axis", word(row.axis));
  record.add("state", row.open ? "open" : "closed");
  record.add("units", std::int64_t{plan.units()});
  record.add("currency", std::string_view(row.currency));
  if (!row.starts.empty()) record.add("starts", std::string_view(row.starts));
  return record;
}

Record offering_record(const Offering& offering) {
  const OfferingRow& row = offering.row;
  Record record = offering_summary(row, *offering.plan);
  record.add("zone", std::string_view(row.zone));
  record.add("pay", word(row.pay));
  record.add("hold", fmt::format("{}s", row.hold_seconds));
  record.add("cap", fmt::format("{}s", row.hold_cap_seconds));
  record.add("price", row.price_minor);
  if (!row.prices.empty()) record.add("prices", format_prices(row.prices));
  record.add("demand", format_demand(row.demand_free, row.demand_step_percent));
  if (row.axis == Axis::kLegs) record.add("stops", fmt::format("{}", fmt::join(row.stops, ",")));
  if (row.axis == Axis::kSlots) record.add("slot", fmt::format("{}m", row.slot_minutes));
  return record;
}

void add_span(Record& record, const OfferingRow& offering, Span span) {
  const std::string_view name = span_name(offering.axis);
  if (!name.empty()) record.add(name, span_value(offering, span));
}

}  // namespace holdfast::engine
