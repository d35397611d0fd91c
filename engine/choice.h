// Choice: which units a customer gets who leaves it to the engine.
//
// In order of preference, by plan order ("the lowest labels") within each:
//   1. n adjacent units of one row that leave no single free unit alone beside them
//   2. n adjacent units of one row; an aisle separates as the end of a row does
//   3. with `together`: none, NOTTOGETHER; else the n lowest free units
// With `lowest` the n lowest free units at once, as a clerk goes down a list of rooms.
// `upto` takes fewer when fewer are left, at least one. Too few free: SOLDOUT available=.
// Deterministic: same state, same request, same choice.
//
// For events the free units of an offering in use are kept in memory (FreeUnits), built on first
// use, kept current by apply(), dropped when idle: a choice costs O(log n + answer). The same set
// holds the units without an open-ended stay of a `nights` offering, for open stays. Other spans
// walk along the occupied units in plan order until the choice is certain, kMaxLookedAt at most:
// then the best that was found is taken, and kLimit tells that nothing was.
//
// Loop thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/free_units.h"
#include "engine/values.h"

namespace holdfast::engine {

struct ChoiceRequest {
  std::string_view type = {};  // "" for any; REQUIRES: a type of the plan
  std::uint32_t n = 1;         // REQUIRES: 1..kMaxUnits
  bool upto = false;           // n or fewer
  bool together = false;
  bool lowest = false;                  // REQUIRES: not together
  std::span<const Unit> excluded = {};  // taken by the same command already
};

class Choice {
 public:
  // Memory for sets of free units; beyond it the least recently used are dropped.
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20;
  // Occupied units that one choice looks at: some 20 ms, and all that a house of so many has.
  static constexpr std::size_t kMaxLookedAt = 50'000;
  // A set that was not used during so many choices is idle.
  static constexpr std::uint64_t kIdleChoices = 100'000;

  // The units chosen, in plan order. kSoldOut, kNotTogether, kLimit. `pending` are the changes that
  // this command has already made in `txn` (Context::unit_changes): the sets know only committed
  // ones.
  Result<std::vector<Unit>> choose(Transaction& txn, const Offering& offering, Span span,
                                   const ChoiceRequest& request,
                                   std::span<const UnitChange> pending = {});

  // What is free over a span: how many by section, and the first `n` of `type` ("" for any). Events
  // O(sections + n), other spans O(occupied units of the offering).
  struct Available {
    std::vector<std::uint32_t> by_section;
    std::vector<Unit> first;
  };
  Result<Available> available(Transaction& txn, const Offering& offering, Span span,
                              std::string_view type, std::uint32_t n);

  // After each commit, with its changes in order.
  void apply(std::span<const UnitChange> changes);
  // When an offering is dropped.
  void forget(OfferingId offering);

  std::size_t sets() const { return sets_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Set {
    OfferingId offering;
    Axis axis = Axis::kEvent;
    FreeUnits free;
    std::uint64_t used = 0;  // number of the choice that used it last
  };
  using Sets = std::list<Set>;

  Result<FreeUnits*> find_or_build(Transaction& txn, const Offering& offering);
  void drop(Sets::iterator set);

  Sets sets_;  // most recently used first
  std::unordered_map<std::uint32_t, Sets::iterator> by_offering_;
  std::optional<FreeUnits> passing_;  // of a transaction with writes: never kept
  std::uint64_t choices_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::engine
