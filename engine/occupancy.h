// Occupancy: who occupies which unit over which span, and the one rule of Holdfast:
//
//   No two live items of the same offering and unit have overlapping spans.
//
// Only occupied spans are stored, under (offering, unit, from). A free unit costs nothing.
// Everything here works on the transaction of the command. Loop thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "engine/catalog.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

// Of a row of kOccupancy.
Key occupancy_key(OfferingId offering, Unit unit, std::int32_t from);

struct Occupied {
  Unit unit;
  Span span;
  OccupancyRow row;
};

// An occupied span of the unit that overlaps `span`, the latest of them; nothing if it is free.
// O(log n). REQUIRES: span.from >= 0, not empty.
Result<std::optional<Occupied>> conflict(Transaction& txn, OfferingId offering, Unit unit,
                                         Span span);

// Occupies `span` for an item. REQUIRES: conflict() found nothing.
Result<void> take(Transaction& txn, OfferingId offering, Unit unit, Span span,
                  ReservationId reservation, std::uint16_t item, UnitState state);

// Each of these changes the span that starts at `from`; kCorruption if nothing starts there, which
// means that items and occupancy disagree. Two return the state it had.
Result<UnitState> set_state(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from,
                            UnitState state);
// Ends it at `to` instead. REQUIRES: from < to, not later than its end.
Result<void> cut(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from,
                 std::int32_t to);
Result<UnitState> release(Transaction& txn, OfferingId offering, Unit unit, std::int32_t from);

// Calls `visit` for the occupied spans of the offering, by unit and start, until it returns false.
// With `overlapping` only for those that overlap it; from `first` on. O(spans of the offering).
Result<void> for_each_occupied(Transaction& txn, OfferingId offering,
                               std::optional<Span> overlapping,
                               const std::function<bool(const Occupied&)>& visit, Unit first = {});

// The units of an offering that are occupied at some time of a span, upwards. One cursor passes
// from unit to unit with a few look-ups for each that has occupied spans: neither free units nor
// the past of a unit cost anything. REQUIRES: the transaction is not written meanwhile.
class OccupiedUnits {
 public:
  // Looks at `most` units with occupied spans at most.
  static Result<OccupiedUnits> open(Transaction& txn, OfferingId offering, Span span,
                                    std::size_t most);

  // The first in [from, end); nothing if there is none, and beyond `end` nothing is looked at.
  // kLimit when `most` have been. REQUIRES: `from` is not below what was asked before.
  Result<std::optional<Unit>> next(Unit from, Unit end);

 private:
  OccupiedUnits(std::unique_ptr<storage::Cursor> cursor, OfferingId offering, Span span,
                std::size_t most)
      : cursor_(std::move(cursor)), offering_(offering), span_(span), left_(most) {}
  Result<void> go_to(Unit from);
  Result<bool> occupied_here();

  std::unique_ptr<storage::Cursor> cursor_;
  OfferingId offering_;
  Span span_;
  std::size_t left_;  // units that may yet be looked at
  // The unit whose first row the cursor stands on, unless `moved_`; nothing past the offering.
  std::optional<Unit> at_ = Unit{0};
  bool moved_ = true;
  std::optional<Unit> found_;  // the last answer
};

// When the hold ends that occupies it. Nothing where it is no hold, and while a provider is being
// asked: then a hold has no end to tell.
Result<std::optional<Time>> held_until(Transaction& txn, const Occupied& occupied);

// The refusal: `TAKEN unit=12A state=held until=2026-12-01T10:11:44Z`, or with the occupied span
// where it is booked. Names the fact that is in the way, never whose it is.
Result<Status> taken(Transaction& txn, const Offering& offering, const Occupied& occupied);

}  // namespace holdfast::engine
