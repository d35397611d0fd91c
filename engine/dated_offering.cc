#include "engine/dated_offering.h"

#include <fmt/format.h>

#include "engine/calendar.h"

namespace holdfast::engine {

std::optional<std::string_view> template_of(std::string_view name) {
  constexpr std::string_view kToday = "-{date}";
  if (!name.ends_with(kToday)) return std::nullopt;
  name.remove_suffix(kToday.size());
  return name;
}

std::string dated_name(std::string_view template_name, std::int32_t day) {
  return fmt::format("{}-{}", template_name, format_date(day));
}

Result<OfferingPtr> find_offering(Catalog& catalog, Transaction& txn, Time now,
                                  std::string_view name) {
  const auto template_name = template_of(name);
  if (!template_name) return catalog.offering(txn, name);
  const auto made_from = TRY(catalog.offering(txn, *template_name));
  const std::int32_t today = TRY(local_day(now, made_from->row.zone));
  return catalog.offering(txn, dated_name(*template_name, today));
}

Result<OfferingPtr> find_offering(Context& context, std::string_view name) {
  return find_offering(context.catalog, context.txn, context.now, name);
}

}  // namespace holdfast::engine
