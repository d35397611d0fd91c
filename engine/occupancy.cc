#include "engine/occupancy.h"

#include <fmt/format.h>

#include "engine/calendar.h"
#include "storage/check.h"

namespace holdfast::engine {

Key occupancy_key(OfferingId offering, Unit unit, std::int32_t from) {
  Key key;
  key.u32(offering.value).u32(unit.value).i32(from);
  return key;
}

namespace {

struct Decoded {
  OfferingId offering;
  Occupied occupied;
};

Result<Decoded> decode_row(std::string_view key, std::string_view value) {
  KeyReader reader(key);
  Decoded decoded;
  decoded.offering = OfferingId{reader.u32()};
  decoded.occupied.unit = Unit{reader.u32()};
  decoded.occupied.span.from = reader.i32();
  if (!reader.ok()) return error(Code::kCorruption, "key of an occupied span does not decode");
  decoded.occupied.row = TRY(storage::decode<OccupancyRow>(value));
  decoded.occupied.span.to = decoded.occupied.row.to;
  return decoded;
}

Result<OccupancyRow> existing(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from) {
  const Key key = occupancy_key(offering, unit, from);
  const auto row = TRY(get_row<OccupancyRow>(txn, kOccupancy, key.view()));
  if (row) return *row;
  return error(Code::kCorruption, fmt::format("offering {} unit {}: nothing is occupied from {}",
                                              offering.value, unit.value, from));
}

}  // namespace

Result<std::optional<Occupied>> conflict(Transaction& txn, OfferingId offering, Unit unit,
                                         Span span) {
  CHECK(span.from >= 0 && span.from < span.to, "span {} {}", span.from, span.to);
  if (span == kEventSpan) {
    // Nothing starts before 0 on any axis, so what overlaps [0,1) starts at 0.
    const Key key = occupancy_key(offering, unit, 0);
    const auto row = TRY(get_row<OccupancyRow>(txn, kOccupancy, key.view()));
    if (!row) return std::optional<Occupied>();
    return std::optional(Occupied{unit, Span{0, row->to}, *row});
  }
  // Occupied spans do not overlap, so of those that start before the end of `span` the last one
  // ends last: if that one is over when `span` begins, so are all. One look-up decides.
  const auto cursor = TRY(txn.scan(kOccupancy));
  const Key end = occupancy_key(offering, unit, span.to);
  if (!TRY(cursor->seek_before(end.view()))) return std::optional<Occupied>();
  const Key first = occupancy_key(offering, unit, 0);
  if (cursor->key() < first.view()) return std::optional<Occupied>();
  const Decoded last = TRY(decode_row(cursor->key(), cursor->value()));
  if (!last.occupied.span.overlaps(span)) return std::optional<Occupied>();
  return std::optional(last.occupied);
}

Result<void> take(Transaction& txn, OfferingId offering, Unit unit, Span span,
                  ReservationId reservation, std::uint16_t item, UnitState state) {
  CHECK(span.from >= 0 && span.from < span.to, "span {} {}", span.from, span.to);
  const OccupancyRow row{
      .to = span.to, .reservation = reservation.value, .item = item, .state = state};
  return put_row(txn, kOccupancy, occupancy_key(offering, unit, span.from).view(), row);
}

Result<UnitState> set_state(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from,
                            UnitState state) {
  OccupancyRow row = TRY(existing(txn, offering, unit, from));
  const UnitState before = std::exchange(row.state, state);
  TRY(put_row(txn, kOccupancy, occupancy_key(offering, unit, from).view(), row));
  return before;
}

Result<void> cut(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from,
                 std::int32_t to) {
  OccupancyRow row = TRY(existing(txn, offering, unit, from));
  CHECK(from < to && to <= row.to, "cut {} {} at {}", from, row.to, to);
  row.to = to;
  return put_row(txn, kOccupancy, occupancy_key(offering, unit, from).view(), row);
}

Result<UnitState> release(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from) {
  const OccupancyRow row = TRY(existing(txn, offering, unit, from));
  TRY(txn.erase(kOccupancy, occupancy_key(offering, unit, from).view()));
  return row.state;
}

Result<void> for_each_occupied(Transaction& txn, OfferingId offering,
                               std::optional<Span> overlapping,
                               const std::function<bool(const Occupied&)>& visit, Unit first) {
  const auto cursor = TRY(txn.scan(kOccupancy));
  bool more = TRY(cursor->seek(occupancy_key(offering, first, 0).view()));
  while (more) {
    const Decoded row = TRY(decode_row(cursor->key(), cursor->value()));
    if (row.offering != offering) return {};
    const bool asked = !overlapping || row.occupied.span.overlaps(*overlapping);
    if (asked && !visit(row.occupied)) return {};
    more = TRY(cursor->next());
  }
  return {};
}

Result<OccupiedUnits> OccupiedUnits::open(Transaction& txn, OfferingId offering, Span span,
                                          std::size_t most) {
  return OccupiedUnits(TRY(txn.scan(kOccupancy)), offering, span, most);
}

Result<std::optional<Unit>> OccupiedUnits::next(Unit from, Unit end) {
  while (!found_ || *found_ < from) {
    TRY(go_to(from));
    if (!at_ || *at_ >= end) return std::optional<Unit>();
    if (left_ == 0) return error(Code::kLimit, "too many occupied units to look at");
    --left_;
    from = Unit{at_->value + 1};
    const Unit unit = *at_;
    if (!TRY(occupied_here())) continue;
    found_ = unit;
    return found_;
  }
  return *found_ < end ? found_ : std::nullopt;
}

// Stands on the first row of the first unit at or after `from` that has one.
Result<void> OccupiedUnits::go_to(Unit from) {
  if (!at_ || (!moved_ && *at_ >= from)) return {};
  const bool found = TRY(cursor_->seek(occupancy_key(offering_, from, 0).view()));
  moved_ = false;
  at_.reset();
  if (!found) return {};
  const Decoded row = TRY(decode_row(cursor_->key(), cursor_->value()));
  if (row.offering == offering_) at_ = row.occupied.unit;
  return {};
}

// Whether the unit that the cursor stands on is occupied over the span. As in conflict(), of the
// spans that start before its end the last one decides. Most units have one or two spans; of one
// with many the middle is passed over.
Result<bool> OccupiedUnits::occupied_here() {
  moved_ = true;
  const Unit unit = *at_;
  const Decoded first = TRY(decode_row(cursor_->key(), cursor_->value()));
  if (first.occupied.span.overlaps(span_)) return true;
  if (first.occupied.span.from >= span_.to) return false;
  if (!TRY(cursor_->seek_before(occupancy_key(offering_, unit, span_.to).view()))) {
    return error(Code::kCorruption, "an occupied span is found upwards and not downwards");
  }
  const Decoded last = TRY(decode_row(cursor_->key(), cursor_->value()));
  return last.occupied.span.overlaps(span_);
}

Result<std::optional<Time>> held_until(Transaction& txn, const Occupied& occupied) {
  if (occupied.row.state != UnitState::kHeld) return std::optional<Time>();
  const auto reservation =
      TRY(get_row<ReservationRow>(txn, kReservations, Key().u64(occupied.row.reservation).view()));
  if (!reservation || reservation->deadline_us == 0 || reservation->pending_payment != 0) {
    return std::optional<Time>();
  }
  return std::optional(Time{reservation->deadline_us});
}

Result<Status> taken(Transaction& txn, const Offering& offering, const Occupied& occupied) {
  const std::string label = offering.plan->label(occupied.unit);
  Status status =
      Status(Code::kTaken, fmt::format("unit \"{}\" is {}", label, word(occupied.row.state)))
          .with("offering", offering.row.name)
          .with("unit", label)
          .with("state", std::string(word(occupied.row.state)));
  const std::string_view span = span_name(offering.row.axis);
  if (!span.empty()) {
    status = std::move(status).with(std::string(span), span_value(offering.row, occupied.span));
  }
  const auto until = TRY(held_until(txn, occupied));
  if (!until) return status;
  return std::move(status).with("until", storage::format_utc(*until));
}

}  // namespace holdfast::engine
