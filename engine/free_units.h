// FreeUnits: which units of one plan are free, answering "the first free one" and "the first row
// with a good run of free ones" in O(log n).
//
// One bit per unit with a bit per 64 above it, and so on: a million units are 127 KB. For runs
// there is a tree over blocks of whole rows; each node says which lengths of free runs its rows
// have. Runs end where a row ends, and at an aisle. Not thread-safe.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/plan.h"
#include "engine/values.h"

namespace holdfast::engine {

// Units [from, to) of a plan.
struct UnitRange {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

// A set of numbers below `size`, as bits with summaries above them.
class BitTree {
 public:
  explicit BitTree(std::uint32_t size, bool full);
  bool test(std::uint32_t i) const { return (levels_[0][i / 64] >> (i % 64)) & 1; }
  void set(std::uint32_t i);
  void reset(std::uint32_t i);
  // The first member in [from, to), or `to`.
  std::uint32_t next(std::uint32_t from, std::uint32_t to) const;
  // The first number in [from, to) that is no member, or `to`. O((to - from) / 64).
  std::uint32_t next_absent(std::uint32_t from, std::uint32_t to) const;
  std::size_t bytes() const;

 private:
  std::vector<std::vector<std::uint64_t>> levels_;
};

class FreeUnits {
 public:
  // All units free. Keeps `plan`.
  explicit FreeUnits(PlanPtr plan);

  bool test(Unit unit) const { return bits_.test(unit.value); }
  void set(Unit unit, bool free);  // setting what is set changes nothing

  // Free units of one section.
  std::uint32_t count(std::uint32_t section) const { return counts_[section]; }
  // The first free unit in the range, or range.to.
  std::uint32_t next(UnitRange range) const { return bits_.next(range.from, range.to); }

  // The first of `n` adjacent free units in a row of the section, lowest first; with `tidy` only
  // where no single unit is left alone beside them.
  std::optional<Unit> find_run(std::uint32_t section, std::uint32_t n, bool tidy);

  // With the tree, built or not yet: what the set will come to.
  std::size_t bytes() const;
  const PlanPtr& plan() const { return plan_; }

 private:
  // Bit i: there is a run of i + 1 free units; the top bit: of 64 or more.
  using Lengths = std::uint64_t;
  struct Blocks {  // of one section
    std::uint32_t rows_per_block = 1;
    std::uint32_t first = 0;  // block, through the plan
    std::uint32_t count = 0;
  };

  void build_tree();
  Lengths lengths_of(std::uint32_t section, std::uint32_t block) const;
  void refresh(std::uint32_t section, std::uint32_t block);
  std::uint32_t next_block(std::uint32_t from, std::uint32_t to, Lengths wanted) const;
  // Calls visit(first, length) for the free runs of a block in order, until it returns false.
  template <typename Visit>
  void for_each_run(std::uint32_t section, std::uint32_t block, Visit visit) const;

  PlanPtr plan_;
  BitTree bits_;
  std::vector<std::uint32_t> counts_;  // by section
  std::vector<Blocks> blocks_;         // by section
  std::vector<Lengths> tree_;          // heap of 2 * leaves_; empty until the first find_run
  std::uint32_t leaves_ = 0;           // a power of two, at least the number of blocks
};

}  // namespace holdfast::engine
