// AVAIL and QUOTE; MAP is in map.cc. See look.h.

#include "engine/commands/look.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/activity.h"
#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/choice.h"
#include "engine/commands/selection.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/offering_record.h"
#include "engine/pricing.h"

namespace holdfast::engine {

namespace {

// ---- AVAIL ------------------------------------------------------------------------------------

struct AvailParams {
  std::string_view offering;
  std::span<const std::string_view> units;
  std::string_view type;
  SpanWords span;
  std::uint32_t n = 0;
};

Result<AvailParams> parse_avail(const Arguments& arguments) {
  AvailParams params{.offering = arguments.positional(0),
                     .units = arguments.positionals(1),
                     .type = arguments.option("type").value_or(""),
                     .span = {.legs = arguments.option("legs"),
                              .nights = arguments.option("nights"),
                              .at = arguments.option("at")},
                     .n = 0};
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    params.n = static_cast<std::uint32_t>(*n);
  }
  if (!params.units.empty() && (!params.type.empty() || params.n != 0)) {
    return error(Code::kArgs, "name units, or give type= or n=, not both");
  }
  if (params.units.size() > kMaxUnits) {
    return error(Code::kLimit,
                 fmt::format("{} units in one command, over {}", params.units.size(), kMaxUnits));
  }
  return params;
}

Result<Reply> show_units(Context& context, const Offering& offering, Span span,
                         const AvailParams& params) {
  const std::uint32_t clients = context.activity.clients_with(context.session, offering.id);
  List rows;
  for (const std::string_view label : params.units) {
    const Unit unit = TRY(offering.plan->unit(label));
    const auto occupied = TRY(conflict(context.txn, offering.id, unit, span));
    const Price price = TRY(price_item(offering, unit, span, clients));
    Record row;
    row.add("unit", label);
    row.add("type", offering.plan->type(unit));
    row.add("state", word(occupied ? occupied->row.state : UnitState::kFree));
    row.add("price", price.total.minor);
    rows.emplace_back(std::move(row));
  }
  return Reply{.value = std::move(rows)};
}

// A row for each type asked for, in plan order.
Result<List> type_rows(const Offering& offering, std::string_view type, std::uint32_t clients,
                       const std::vector<std::uint32_t>& free_by_section) {
  const Plan& plan = *offering.plan;
  List rows;
  for (const std::string_view shown : plan.types()) {
    if (!type.empty() && shown != type) continue;
    std::int64_t units = 0;
    std::int64_t free = 0;
    Unit any;
    for (std::size_t i = 0; i < plan.sections().size(); ++i) {
      const SectionRow& section = plan.sections()[i];
      if (section.type != shown) continue;
      units += section.units;
      free += free_by_section[i];
      any = Unit{section.first_unit};
    }
    const Price price = TRY(price_item(offering, any, kEventSpan, clients));
    Record row;
    row.add("type", shown);
    row.add("units", units);
    row.add("free", free);
    row.add("price", price.rate.minor);
    rows.emplace_back(std::move(row));
  }
  return rows;
}

Result<Reply> run_avail(Context& context, const AvailParams& params) {
  const OfferingPtr found = TRY(find_offering(context, params.offering));
  const Offering& offering = *found;
  const Span span = TRY(parse_span(offering.row, params.span));
  if (!params.units.empty()) return show_units(context, offering, span, params);
  if (!params.type.empty()) TRY(require_type(offering, params.type));
  const auto available =
      TRY(context.choice.available(context.txn, offering, span, params.type, params.n));
  const std::uint32_t clients = context.activity.clients_with(context.session, offering.id);
  List types = TRY(type_rows(offering, params.type, clients, available.by_section));
  std::int64_t units = 0;
  std::int64_t free = 0;
  for (const Value& row : types) {
    const auto& record = std::get<Record>(row.data);
    units += std::get<std::int64_t>(record.find("units")->data);
    free += std::get<std::int64_t>(record.find("free")->data);
  }
  Record record;
  record.add("offering", std::string_view(offering.row.name));
  add_span(record, offering.row, span);
  record.add("state", offering.row.open ? "open" : "closed");
  record.add("units", units);
  record.add("free", free);
  record.add("currency", std::string_view(offering.row.currency));
  if (params.n != 0) {
    List labels;
    for (const Unit unit : available.first) labels.emplace_back(offering.plan->label(unit));
    record.add("first", std::move(labels));
  }
  record.add("types", std::move(types));
  return Reply{.value = std::move(record), .layout = Layout::kExpanded};
}

// ---- QUOTE ------------------------------------------------------------------------------------

struct QuoteParams {
  std::vector<PartParams> parts;
  std::optional<Money> expected;
};

Result<QuoteParams> parse_quote(const Arguments& arguments) {
  return QuoteParams{.parts = TRY(parse_parts(arguments)),
                     .expected = TRY(arguments.money("price"))};
}

Result<Reply> run_quote(Context& context, const QuoteParams& params) {
  const auto selected = TRY(select(context, params.parts, nullptr));
  const Money sum = TRY(total(selected));
  if (params.expected) TRY(require_price(*params.expected, sum));
  List items;
  for (const Selected& item : selected) {
    const Offering& offering = *item.offering;
    const std::string label = offering.plan->label(item.unit);
    Record row;
    row.brief = fmt::format("{}/{}", offering.row.name, label);
    row.add("offering", std::string_view(offering.row.name));
    row.add("unit", std::string_view(label));
    add_span(row, offering.row, item.span);
    row.add("rate", item.price.rate.minor);
    row.add("price", item.price.total.minor);
    items.emplace_back(std::move(row));
  }
  Record record;
  record.add("total", sum.minor);
  record.add("currency", std::string_view(selected.front().offering->row.currency));
  record.add("items", std::move(items));
  return Reply{.value = std::move(record), .layout = Layout::kExpanded};
}

}  // namespace

Result<Outcome> avail_command(Context& context, Arguments& arguments) {
  return handle<parse_avail, run_avail>(context, arguments);
}

Result<Outcome> quote_command(Context& context, Arguments& arguments) {
  return handle<parse_quote, run_quote>(context, arguments);
}

}  // namespace holdfast::engine
