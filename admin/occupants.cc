#include "admin/occupants.h"

namespace holdfast::admin {

namespace {

std::int32_t start_of(std::string_view key) {
  engine::KeyReader parts(key.substr(kUnitKeyBytes));
  return parts.i32();
}

}  // namespace

storage::Result<std::vector<Occupant>> occupants(storage::Transaction& txn, std::string_view key,
                                                 std::int32_t to) {
  std::vector<Occupant> found;
  const std::string_view unit = key.substr(0, kUnitKeyBytes);
  const auto cursor = TRY(txn.scan(engine::kOccupancy));
  for (bool on = TRY(cursor->seek(unit)); on && cursor->key().starts_with(unit);
       on = TRY(cursor->next())) {
    const auto row = storage::decode<engine::OccupancyRow>(cursor->value());
    if (!row) continue;
    if (start_of(cursor->key()) < to && start_of(key) < row->to) {
      found.push_back({std::string(cursor->key()), *row});
    }
  }
  return found;
}

}  // namespace holdfast::admin
