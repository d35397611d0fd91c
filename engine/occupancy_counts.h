// OccupancyCounts: how many spans are held, booked and blocked, of each offering.
//
// After a start the occupied spans that are there are read once, some at a time between turns;
// from then on each commit is counted. A unit that is occupied over several spans counts as often.
// Loop thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "engine/context.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

class OccupancyCounts {
 public:
  using Counts = std::array<std::uint64_t, 4>;  // by UnitState; nothing is counted as free

  // Reads `most` more of the spans that are there. After an error, which is a damaged row, nothing
  // is known any more and nothing read. REQUIRES: !whole().
  Result<void> read_on(Transaction& txn, std::size_t most);
  // After each commit, with its changes in order.
  void apply(std::span<const UnitChange> changes);

  // Whether there is nothing left to read, and whether what was read is all.
  bool whole() const { return !unread_from_; }
  bool known() const { return whole() && !failed_; }

  const Counts& all() const { return all_; }
  // Those with an occupied span, by number.
  const std::map<std::uint32_t, Counts>& by_offering() const { return by_offering_; }

 private:
  void count(OfferingId offering, UnitState state, bool more);

  std::map<std::uint32_t, Counts> by_offering_;
  Counts all_{};
  std::optional<std::string> unread_from_{std::in_place};  // key of the first row not counted yet
  bool failed_ = false;
};

}  // namespace holdfast::engine
