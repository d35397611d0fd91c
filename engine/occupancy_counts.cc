#include "engine/occupancy_counts.h"

#include <algorithm>
#include <utility>

#include "engine/occupancy.h"

namespace holdfast::engine {

Result<void> OccupancyCounts::read_on(Transaction& txn, std::size_t most) {
  const auto read = [&]() -> Result<std::optional<std::string>> {
    const auto cursor = TRY(txn.scan(kOccupancy));
    bool more = TRY(cursor->seek(*unread_from_));
    for (; more && most > 0; --most) {
      const auto row = TRY(storage::decode<OccupancyRow>(cursor->value()));
      count(OfferingId{KeyReader(cursor->key()).u32()}, row.state, true);
      more = TRY(cursor->next());
    }
    if (!more) return std::optional<std::string>();
    return std::optional(std::string(cursor->key()));
  };
  auto left = read();
  if (left) {
    unread_from_ = *std::move(left);
    return {};
  }
  failed_ = true;
  unread_from_.reset();
  return std::unexpected(std::move(left).error());
}

void OccupancyCounts::apply(std::span<const UnitChange> changes) {
  if (failed_) return;
  for (const UnitChange& change : changes) {
    // What is not read yet will be found as it has become.
    if (unread_from_ &&
        occupancy_key(change.offering, change.unit, change.span.from).view() >= *unread_from_) {
      continue;
    }
    count(change.offering, change.before, false);
    count(change.offering, change.state, true);
  }
}

void OccupancyCounts::count(OfferingId offering, UnitState state, bool more) {
  if (state == UnitState::kFree) return;
  const auto index = static_cast<std::size_t>(state);
  const std::uint64_t step = more ? 1 : ~std::uint64_t{0};
  all_[index] += step;
  Counts& counts = by_offering_[offering.value];
  counts[index] += step;
  if (!more && counts == Counts{}) by_offering_.erase(offering.value);
}

}  // namespace holdfast::engine
