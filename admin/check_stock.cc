// Plans and offerings: whole, named once, numbered below their counters.

#include <fmt/format.h>

#include "admin/domain_pass.h"
#include "engine/catalog.h"
#include "engine/plan.h"

namespace holdfast::admin {

namespace {

using engine::Key;

// The sections belong to plans, and to the place they have there.
Result<void> check_sections(DomainPass& pass, const Numbered<engine::PlanRow>& plans) {
  for (auto rows = TRY(Rows<engine::SectionRow>::open(pass, engine::kSections, 6)); rows.on();
       TRY(rows.next())) {
    auto parts = rows.parts();
    const engine::PlanRow* plan = plans.find(parts.u32());
    const std::uint16_t index = parts.u16();
    if (plan == nullptr || index >= plan->sections) {
      pass.report({"sections.orphan", rows.name(), "a plan that has this section",
                   plan == nullptr ? "no plan" : fmt::format("{} sections", plan->sections),
                   rows.erase()});
    }
  }
  return {};
}

Result<Numbered<engine::PlanRow>> check_plans(DomainPass& pass) {
  Numbered<engine::PlanRow> plans;
  engine::Catalog catalog;
  for (auto rows = TRY(Rows<engine::PlanRow>::open(pass, engine::kPlans, 4)); rows.on();
       TRY(rows.next())) {
    const std::uint32_t id = rows.parts().u32();
    pass.expectations.expect(engine::kPlanNames, rows.row().name, Key().u32(id).view());
    const auto plan = catalog.plan(pass.txn, engine::PlanId{id});
    if (!plan) {
      pass.report({"plans.sections", rows.name(), "sections that make up the plan",
                   plan.error().message()});
    }
    plans.add(id, rows.row());
  }
  return plans;
}

// What is out of sale occupies its span, for nobody.
Result<void> pass_blocks(DomainPass& pass) {
  for (auto rows = TRY(Rows<engine::BlockRow>::open(pass, engine::kBlocks, 12)); rows.on();
       TRY(rows.next())) {
    auto parts = rows.parts();
    const std::uint32_t id = parts.u32();
    const std::uint32_t unit = parts.u32();
    const OfferingFacts* offering = pass.offerings.find(id);
    if (offering == nullptr || unit >= offering->units) {
      pass.report(
          {"blocks.unit", rows.name(), "an offering with such a unit",
           offering == nullptr ? "no such offering" : fmt::format("{} units", offering->units)});
    }
    if (parts.i32() >= rows.row().to) {
      pass.report({"blocks.span", rows.name(), "a span that is not empty",
                   fmt::format("an end at {}", rows.row().to)});
    }
    const engine::OccupancyRow occupied{
        .to = rows.row().to, .reservation = 0, .item = 0, .state = engine::UnitState::kBlocked};
    pass.expectations.expect(engine::kOccupancy, rows.key(), storage::encode(occupied));
  }
  return {};
}

}  // namespace

Result<void> pass_stock(DomainPass& pass) {
  const auto plans = TRY(check_plans(pass));
  TRY(check_sections(pass, plans));
  for (auto rows = TRY(Rows<engine::OfferingRow>::open(pass, engine::kOfferings, 4)); rows.on();
       TRY(rows.next())) {
    const std::uint32_t id = rows.parts().u32();
    const engine::OfferingRow& row = rows.row();
    if (!row.dropped) {
      pass.expectations.expect(engine::kOfferingNames, row.name, Key().u32(id).view());
    }
    const engine::PlanRow* plan = plans.find(row.plan);
    if (plan == nullptr) {
      pass.report(
          {"offerings.plan", rows.name(), fmt::format("plan {}", row.plan), "no such plan"});
    }
    pass.offerings.add(id, {.units = plan == nullptr ? 0 : plan->units, .axis = row.axis});
  }
  TRY(pass_blocks(pass));
  TRY(check_counter(pass, "plan", plans.last()));
  return check_counter(pass, "offering", pass.offerings.last());
}

Result<void> check_counter(DomainPass& pass, std::string_view counter, std::uint64_t last) {
  const auto bytes = TRY(pass.txn.get(engine::kMeta, counter));
  std::uint64_t value = 0;
  if (bytes) {
    engine::KeyReader reader(*bytes);
    value = reader.u64();
  }
  if (value < last) {
    pass.report({"counters.behind", fmt::format("meta {}", counter),
                 fmt::format("{} or more, the last number given", last), fmt::format("{}", value),
                 Mend{.kind = Mend::Kind::kPut,
                      .table = engine::kMeta,
                      .key = std::string(counter),
                      .value = std::string(Key().u64(last).view())}});
  }
  return {};
}

}  // namespace holdfast::admin
