// OFFERING CREATE, SHOW, LIST, ALTER, OPEN, CLOSE and DROP. See stock.h.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/activity.h"
#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/choice.h"
#include "engine/commands/names_page.h"
#include "engine/commands/stock.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/money.h"
#include "engine/names.h"
#include "engine/occupancy.h"
#include "engine/offering_record.h"
#include "engine/pricing.h"
#include "engine/sale_rules.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

constexpr std::uint32_t kDefaultSlotMinutes = 30;

// ---- CREATE -----------------------------------------------------------------------------------

struct CreateParams {
  OfferingRow row;  // all but the plan and what `rules` say
  std::string_view plan;
  SaleRules rules;
};

Result<SaleRules> parse_rules(const Arguments& arguments) {
  SaleRules rules;
  rules.price = TRY(arguments.money("price"));
  if (const auto prices = arguments.option("prices")) rules.prices = TRY(parse_prices(*prices));
  if (const auto pay = arguments.option("pay")) rules.pay = TRY(parse_pay_rule(*pay));
  rules.hold = TRY(arguments.duration("hold"));
  rules.cap = TRY(arguments.duration("cap"));
  if (const auto demand = arguments.option("demand")) rules.demand = TRY(parse_demand(*demand));
  return rules;
}

// An option that only one axis has.
Result<std::optional<std::string_view>> only_for(Axis axis, const Arguments& arguments,
                                                 const OfferingRow& row, std::string_view option) {
  const auto value = arguments.option(option);
  if (value && row.axis != axis) {
    return error(Code::kArgs, fmt::format("{}= goes with axis={}", option, word(axis)));
  }
  return value;
}

Result<std::vector<std::string>> parse_stops(std::string_view text) {
  std::vector<std::string> stops;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view stop = text.substr(0, comma);
    TRY(check_name("stop", stop, kMaxNameBytes));
    if (stop.find('-') != std::string_view::npos) {
      return error(Code::kBadValue, fmt::format("stop \"{}\" holds '-', which joins stops", stop));
    }
    if (std::ranges::find(stops, stop) != stops.end()) {
      return error(Code::kBadValue, fmt::format("stop \"{}\" is named twice", stop));
    }
    stops.emplace_back(stop);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (stops.size() < 2 || stops.size() > kMaxStops) {
    return error(Code::kLimit,
                 fmt::format("{} stops: 2 to {} are possible", stops.size(), kMaxStops));
  }
  return stops;
}

Result<std::uint32_t> parse_slot(std::string_view text) {
  const Duration slot = TRY(parse_duration("slot", text));
  constexpr std::int64_t kMinute = 60'000'000;
  const std::int64_t minutes = slot.us / kMinute;
  // So that slots begin at the same times every day.
  if (slot.us % kMinute != 0 || minutes < 1 || kMinutesPerDay % minutes != 0) {
    return error(
        Code::kBadValue,
        fmt::format("slot \"{}\" is not a whole number of minutes that divides a day", text));
  }
  return static_cast<std::uint32_t>(minutes);
}

Result<void> parse_axis_options(const Arguments& arguments, OfferingRow& row) {
  const auto stops = TRY(only_for(Axis::kLegs, arguments, row, "stops"));
  const auto slot = TRY(only_for(Axis::kSlots, arguments, row, "slot"));
  const auto starts = TRY(only_for(Axis::kEvent, arguments, row, "starts"));
  if (row.axis == Axis::kLegs) {
    if (!stops) return error(Code::kArgs, "axis=legs needs stops=");
    row.stops = TRY(parse_stops(*stops));
  }
  if (row.axis == Axis::kSlots) {
    row.slot_minutes = slot ? TRY(parse_slot(*slot)) : kDefaultSlotMinutes;
  }
  if (starts) row.starts = format_date_time(TRY(parse_date_time(*starts)));
  return {};
}

Result<CreateParams> parse_create(const Arguments& arguments) {
  CreateParams params;
  OfferingRow& row = params.row;
  row.name = arguments.positional(0);
  TRY(check_name("offering", row.name, kMaxNameBytes));
  params.plan = *arguments.option("plan");
  row.axis = TRY(parse_axis(*arguments.option("axis")));
  row.currency = *arguments.option("currency");
  TRY(currency_digits(row.currency));
  row.zone = arguments.option("zone").value_or("UTC");
  TRY(check_zone(row.zone));
  TRY(parse_axis_options(arguments, row));
  params.rules = TRY(parse_rules(arguments));
  return params;
}

Result<Reply> run_create(Context& context, const CreateParams& params) {
  Offering offering{.id = {}, .row = params.row, .plan = {}};
  offering.plan = TRY(context.catalog.plan(context.txn, params.plan));
  offering.row.plan = offering.plan->id().value;
  offering.row.created_us = context.now.us;
  TRY(set_rules(params.rules, *offering.plan, offering.row));
  offering.id = TRY(add_offering(context.txn, offering.row));
  return Reply{.value = offering_record(offering)};
}

// ---- SHOW and LIST ----------------------------------------------------------------------------

Result<std::string_view> parse_name(const Arguments& arguments) {
  return arguments.positional(0);
}

Result<Reply> run_show(Context& context, const std::string_view& name) {
  const OfferingPtr offering = TRY(find_offering(context, name));
  const std::uint32_t clients = context.activity.clients_with(context.session, offering->id);
  Record record = offering_record(*offering);
  record.add("clients", std::int64_t{clients});
  record.add("asking", TRY(asking_price(offering->row, clients)).minor);
  const Axis axis = offering->row.axis;
  if (axis == Axis::kNights || axis == Axis::kSlots) {
    record.add("today", format_date(TRY(local_day(context.now, offering->row.zone))));
  }
  return Reply{.value = std::move(record)};
}

Result<Reply> run_list(Context& context, const NamesPage& page) {
  const auto show = [&](std::string_view name) -> Result<Record> {
    const OfferingPtr offering = TRY(context.catalog.offering(context.txn, name));
    return offering_summary(offering->row, *offering->plan);
  };
  return Reply{.value = TRY(list_names(context.txn, kOfferingNames, page, show))};
}

// ---- ALTER, OPEN, CLOSE, DROP -----------------------------------------------------------------

// The cache forgets the old row once the new one is committed.
void forget_after_commit(Context& context, OfferingId id) {
  context.after_commit.emplace_back(
      [&catalog = context.catalog, id](Seq) { catalog.invalidate(id); });
}

struct AlterParams {
  std::string_view name;
  SaleRules rules;
};

Result<AlterParams> parse_alter(const Arguments& arguments) {
  AlterParams params{.name = arguments.positional(0), .rules = TRY(parse_rules(arguments))};
  const SaleRules& rules = params.rules;
  if (!rules.price && !rules.prices && !rules.pay && !rules.hold && !rules.cap && !rules.demand) {
    return error(Code::kArgs,
                 "nothing to alter: give price=, prices=, pay=, hold=, cap= or "
                 "demand=");
  }
  return params;
}

// Whoever gives price= expects that somebody pays it.
Result<void> require_payers(const Offering& offering, const SaleRules& rules) {
  if (!rules.price || rules.prices || unpriced_type(*offering.plan, offering.row.prices)) return {};
  return std::unexpected(
      Status(Code::kArgs, fmt::format("nobody would pay this price: each type of offering \"{}\" "
                                      "has its own, change prices=",
                                      offering.row.name))
          .with("prices", format_prices(offering.row.prices)));
}

Result<Reply> run_alter(Context& context, const AlterParams& params) {
  const OfferingPtr before = TRY(find_offering(context, params.name));
  TRY(require_payers(*before, params.rules));
  Offering after = *before;
  TRY(change_rules(params.rules, *after.plan, after.row));
  TRY(put_offering(context.txn, after.id, after.row));
  forget_after_commit(context, after.id);
  return Reply{.value = offering_record(after)};
}

Result<Reply> set_open(Context& context, std::string_view name, bool open) {
  const OfferingPtr before = TRY(find_offering(context, name));
  Offering after = *before;
  after.row.open = open;
  if (before->row.open != open) {
    TRY(put_offering(context.txn, after.id, after.row));
    forget_after_commit(context, after.id);
  }
  return Reply{.value = offering_summary(after.row, *after.plan)};
}

Result<Reply> run_open(Context& context, const std::string_view& name) {
  return set_open(context, name, true);
}

Result<Reply> run_close(Context& context, const std::string_view& name) {
  return set_open(context, name, false);
}

Result<Reply> run_drop(Context& context, const std::string_view& name) {
  const OfferingPtr offering = TRY(find_offering(context, name));
  std::optional<Occupied> live;
  TRY(for_each_occupied(context.txn, offering->id, std::nullopt, [&](const Occupied& occupied) {
    live = occupied;
    return false;
  }));
  if (live) {
    const std::string label = offering->plan->label(live->unit);
    return std::unexpected(
        Status(Code::kState, fmt::format("offering \"{}\" is in use: unit \"{}\" is {}",
                                         offering->row.name, label, word(live->row.state)))
            .with("unit", label)
            .with("state", std::string(word(live->row.state))));
  }
  TRY(drop_offering(context.txn, *offering));
  forget_after_commit(context, offering->id);
  context.after_commit.emplace_back(
      [&choice = context.choice, id = offering->id](Seq) { choice.forget(id); });
  Record record;
  record.add("offering", std::string_view(offering->row.name));
  record.add("state", "dropped");
  return Reply{.value = std::move(record)};
}

}  // namespace

Result<Outcome> offering_create(Context& context, Arguments& arguments) {
  return handle<parse_create, run_create>(context, arguments);
}

Result<Outcome> offering_show(Context& context, Arguments& arguments) {
  return handle<parse_name, run_show>(context, arguments);
}

Result<Outcome> offering_list(Context& context, Arguments& arguments) {
  return handle<parse_names_page, run_list>(context, arguments);
}

Result<Outcome> offering_alter(Context& context, Arguments& arguments) {
  return handle<parse_alter, run_alter>(context, arguments);
}

Result<Outcome> offering_open(Context& context, Arguments& arguments) {
  return handle<parse_name, run_open>(context, arguments);
}

Result<Outcome> offering_close(Context& context, Arguments& arguments) {
  return handle<parse_name, run_close>(context, arguments);
}

Result<Outcome> offering_drop(Context& context, Arguments& arguments) {
  return handle<parse_name, run_drop>(context, arguments);
}

}  // namespace holdfast::engine
