// PLAN CREATE, SHOW and LIST. See stock.h.

#include <fmt/format.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/catalog.h"
#include "engine/command_table.h"
#include "engine/commands/names_page.h"
#include "engine/commands/stock.h"
#include "engine/context.h"
#include "engine/limits.h"
#include "engine/names.h"
#include "engine/plan.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

struct CreateParams {
  std::string_view name;
  std::vector<SectionRow> sections;
};

Result<SectionRow> parse_part(const Part& part) {
  return parse_section({.units = part.option("units").value_or(""),
                        .rows = part.option("rows").value_or(""),
                        .seats = part.option("seats").value_or(""),
                        .per_row = part.option("per_row").value_or(""),
                        .aisles = part.option("aisle").value_or(""),
                        .type = part.option("type").value_or(""),
                        .capacity = part.option("capacity").value_or("")});
}

Result<CreateParams> parse_create(const Arguments& arguments) {
  CreateParams params;
  for (const Part& part : arguments.parts()) {
    const bool first = params.sections.empty();
    if (part.count() != (first ? 1U : 0U)) {
      return std::unexpected(
          Status(Code::kArgs,
                 fmt::format("{} needs one name, before its first section", arguments.spec().name))
              .with("usage", usage(arguments.spec())));
    }
    if (first) params.name = part.positional(0);
    params.sections.push_back(TRY(parse_part(part)));
  }
  TRY(check_name("plan", params.name, kMaxNameBytes));
  return params;
}

Record summary(const Plan& plan) {
  Record record;
  record.brief = plan.name();
  record.add("plan", plan.name());
  record.add("units", std::int64_t{plan.units()});
  record.add("rows", std::int64_t{plan.rows()});
  record.add("types", fmt::format("{}", fmt::join(plan.types(), ",")));
  return record;
}

Result<Reply> run_create(Context& context, const CreateParams& params) {
  Transaction& txn = context.txn;
  if (TRY(txn.get(kPlanNames, params.name))) {
    return std::unexpected(
        Status(Code::kExists, fmt::format("plan \"{}\" exists already", params.name))
            .with("plan", std::string(params.name)));
  }
  const std::uint64_t number = TRY(next_number(txn, kPlanCounter));
  if (number > std::numeric_limits<std::uint32_t>::max()) {
    return error(Code::kLimit, "no more plans can be numbered");
  }
  const PlanId id{static_cast<std::uint32_t>(number)};
  const PlanPtr plan = TRY(Plan::create(id, std::string(params.name), params.sections));
  const PlanRow row{.name = plan->name(),
                    .units = plan->units(),
                    .sections = static_cast<std::uint16_t>(plan->sections().size()),
                    .created_us = context.now.us};
  const Key key = Key().u32(id.value);
  TRY(put_row(txn, kPlans, key.view(), row));
  TRY(txn.put(kPlanNames, plan->name(), key.view()));
  for (std::uint16_t i = 0; i < row.sections; ++i) {
    const Key section = Key().u32(id.value).u16(i);
    TRY(put_row(txn, kSections, section.view(), plan->sections()[i]));
  }
  return Reply{.value = summary(*plan)};
}

Result<std::string_view> parse_name(const Arguments& arguments) {
  return arguments.positional(0);
}

Result<Reply> run_show(Context& context, const std::string_view& name) {
  const PlanPtr plan = TRY(context.catalog.plan(context.txn, name));
  List sections;
  for (const SectionRow& section : plan->sections()) {
    Record row;
    row.brief = format_section(section);
    row.add("section", std::string_view(row.brief));
    row.add("type", std::string_view(section.type));
    row.add("units", std::int64_t{section.units});
    row.add("capacity", std::int64_t{section.capacity});
    sections.emplace_back(std::move(row));
  }
  Record record = summary(*plan);
  record.add("sections", std::move(sections));
  return Reply{.value = std::move(record), .layout = Layout::kExpanded};
}

Result<Reply> run_list(Context& context, const NamesPage& page) {
  const auto show = [&](std::string_view name) -> Result<Record> {
    return summary(*TRY(context.catalog.plan(context.txn, name)));
  };
  return Reply{.value = TRY(list_names(context.txn, kPlanNames, page, show))};
}

}  // namespace

Result<Outcome> plan_create(Context& context, Arguments& arguments) {
  return handle<parse_create, run_create>(context, arguments);
}

Result<Outcome> plan_show(Context& context, Arguments& arguments) {
  return handle<parse_name, run_show>(context, arguments);
}

Result<Outcome> plan_list(Context& context, Arguments& arguments) {
  return handle<parse_names_page, run_list>(context, arguments);
}

}  // namespace holdfast::engine
