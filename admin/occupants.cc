#include "admin/occupants.h"

namespace holdfast::admin {

namespace {

std::int32_t start_of(std::string_view key) {
  engine::KeyReader parts(key.substr(kUnitKeyBytes));
  return parts.i32();
}

// The row, unless there is none or it does not decode.
template <typename Row>
storage::Result<std::optional<Row>> find_row(storage::Transaction& txn, storage::TableId table,
                                             std::string_view key) {
  const auto bytes = TRY(txn.get(table, key));
  if (!bytes) return std::nullopt;
  auto row = storage::decode<Row>(*bytes);
  return row ? std::optional(std::move(*row)) : std::nullopt;
}

storage::Result<bool> is_block(storage::Transaction& txn, std::string_view key, std::int32_t to) {
  const auto block = TRY(find_row<engine::BlockRow>(txn, engine::kBlocks, key));
  return block && block->to == to;
}

}  // namespace

storage::Result<bool> is_accounted_for(storage::Transaction& txn, std::string_view key,
                                       const engine::OccupancyRow& row) {
  if (row.reservation == 0) return is_block(txn, key, row.to);
  const engine::Key reservation = engine::Key().u64(row.reservation);
  const auto holder =
      TRY(find_row<engine::ReservationRow>(txn, engine::kReservations, reservation.view()));
  if (!holder || !engine::is_live(holder->status)) return false;
  const engine::Key number = engine::Key().u64(row.reservation).u16(row.item);
  const auto item = TRY(find_row<engine::ItemRow>(txn, engine::kItems, number.view()));
  if (!item || !item->live || item->span.to != row.to) return false;
  return engine::Key().u32(item->offering).u32(item->unit).i32(item->span.from).view() == key;
}

storage::Result<bool> is_lost_item(storage::Transaction& txn, std::uint64_t reservation,
                                   std::uint16_t item) {
  const engine::Key key = engine::Key().u64(reservation);
  const auto holder = TRY(find_row<engine::ReservationRow>(txn, engine::kReservations, key.view()));
  if (!holder || item == 0 || item > holder->items) return false;
  const auto row = TRY(txn.get(engine::kItems, engine::Key().u64(reservation).u16(item).view()));
  return !row;
}

storage::Result<std::vector<Occupant>> occupants(storage::Transaction& txn, std::string_view key,
                                                 std::int32_t to) {
  std::vector<Occupant> found;
  const std::string_view unit = key.substr(0, kUnitKeyBytes);
  const auto cursor = TRY(txn.scan(engine::kOccupancy));
  for (bool on = TRY(cursor->seek(unit)); on && cursor->key().starts_with(unit);
       on = TRY(cursor->next())) {
    const auto row = storage::decode<engine::OccupancyRow>(cursor->value());
    if (!row) continue;
    const bool overlaps = start_of(cursor->key()) < to && start_of(key) < row->to;
    const bool real = overlaps && TRY(is_accounted_for(txn, cursor->key(), *row));
    if (real) found.push_back({std::string(cursor->key()), *row});
  }
  return found;
}

}  // namespace holdfast::admin
