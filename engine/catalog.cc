#include "engine/catalog.h"

#include <fmt/format.h>

#include <limits>
#include <vector>

#include "engine/limits.h"

namespace holdfast::engine {

namespace {

std::unexpected<Status> not_found(std::string_view what, std::string_view name) {
  const std::string_view shown = name.substr(0, kMaxNameBytes);
  return std::unexpected(Status(Code::kNotFound, fmt::format("no {} \"{}\"", what, shown))
                             .with(std::string(what), std::string(shown)));
}

std::unexpected<Status> not_found(std::string_view what, std::uint32_t id) {
  return error(Code::kNotFound, fmt::format("no {} number {}", what, id));
}

// The id under a name; 0 if there is none.
Result<std::uint32_t> find_id(Transaction& txn, storage::TableId names, std::string_view name) {
  // Longer than any name, and perhaps than any key.
  if (name.empty() || name.size() > kMaxNameBytes) return 0U;
  const auto bytes = TRY(txn.get(names, name));
  if (!bytes) return 0U;
  KeyReader reader(*bytes);
  const std::uint32_t id = reader.u32();
  if (!reader.ok() || id == 0) {
    return error(Code::kCorruption, fmt::format("the number of \"{}\" does not decode", name));
  }
  return id;
}

Result<PlanPtr> load_plan(Transaction& txn, PlanId id) {
  const auto row = TRY(get_row<PlanRow>(txn, kPlans, Key().u32(id.value).view()));
  if (!row) return not_found("plan", id.value);
  std::vector<SectionRow> sections;
  for (std::uint16_t i = 0; i < row->sections; ++i) {
    auto section = TRY(get_row<SectionRow>(txn, kSections, Key().u32(id.value).u16(i).view()));
    if (!section) {
      return error(Code::kCorruption, fmt::format("plan {} lacks section {}", id.value, i));
    }
    sections.push_back(std::move(*section));
  }
  auto plan = Plan::create(id, row->name, std::move(sections));
  // What was checked before it was stored is damaged if it fails now.
  if (!plan || (*plan)->units() != row->units) {
    return error(Code::kCorruption,
                 fmt::format("plan {} is not consistent: {}", id.value,
                             plan ? "its units do not add up" : plan.error().message()));
  }
  return plan;
}

}  // namespace

Result<OfferingId> add_offering(Transaction& txn, const OfferingRow& row) {
  if (TRY(txn.get(kOfferingNames, row.name))) {
    return std::unexpected(
        Status(Code::kExists, fmt::format("offering \"{}\" exists already", row.name))
            .with("offering", row.name));
  }
  const std::uint64_t number = TRY(next_number(txn, kOfferingCounter));
  if (number > std::numeric_limits<std::uint32_t>::max()) {
    return error(Code::kLimit, "no more offerings can be numbered");
  }
  const OfferingId id{static_cast<std::uint32_t>(number)};
  TRY(put_offering(txn, id, row));
  TRY(txn.put(kOfferingNames, row.name, Key().u32(id.value).view()));
  return id;
}

Result<void> put_offering(Transaction& txn, OfferingId id, const OfferingRow& row) {
  const std::string bytes = storage::encode(row);
  if (bytes.size() > storage::kMaxValueBytes) {
    return error(Code::kLimit,
                 fmt::format("stops and prices take {} bytes too many: use shorter names",
                             bytes.size() - storage::kMaxValueBytes));
  }
  return txn.put(kOfferings, Key().u32(id.value).view(), bytes);
}

Result<void> drop_offering(Transaction& txn, const Offering& offering) {
  TRY(txn.erase(kOfferingNames, offering.row.name));
  const Key key = Key().u32(offering.id.value);
  const auto cursor = TRY(txn.scan(kByOffering));
  const bool found = TRY(cursor->seek(key.view()));
  if (!found || !cursor->key().starts_with(key.view())) return txn.erase(kOfferings, key.view());
  OfferingRow row = offering.row;
  row.open = false;
  row.dropped = true;
  return put_offering(txn, offering.id, row);
}

Result<OfferingPtr> Catalog::offering(Transaction& txn, std::string_view name) {
  if (auto cached = offerings_.find(name)) return cached;
  const OfferingId id{TRY(find_id(txn, kOfferingNames, name))};
  if (!id) return not_found("offering", name);
  return offering(txn, id);
}

Result<OfferingPtr> Catalog::offering(Transaction& txn, OfferingId id) {
  if (auto cached = offerings_.find(id.value)) return cached;
  auto row = TRY(get_row<OfferingRow>(txn, kOfferings, Key().u32(id.value).view()));
  if (!row) return not_found("offering", id.value);
  auto loaded = std::make_shared<Offering>();
  loaded->id = id;
  loaded->plan = TRY(plan(txn, PlanId{row->plan}));
  loaded->row = std::move(*row);
  // The name of a dropped one may be another's by now.
  if (!txn.has_writes() && !loaded->row.dropped)
    offerings_.keep(id.value, loaded->row.name, loaded);
  return loaded;
}

Result<PlanPtr> Catalog::plan(Transaction& txn, std::string_view name) {
  if (auto cached = plans_.find(name)) return cached;
  const PlanId id{TRY(find_id(txn, kPlanNames, name))};
  if (!id) return not_found("plan", name);
  return plan(txn, id);
}

Result<PlanPtr> Catalog::plan(Transaction& txn, PlanId id) {
  if (auto cached = plans_.find(id.value)) return cached;
  auto loaded = TRY(load_plan(txn, id));
  if (!txn.has_writes()) plans_.keep(id.value, loaded->name(), loaded);
  return loaded;
}

}  // namespace holdfast::engine
