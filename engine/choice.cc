#include "engine/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/occupancy.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

// Whether a change of this span changes the set of an offering of this axis.
bool concerns(Axis axis, Span span) {
  return axis == Axis::kEvent || (axis == Axis::kNights && span.to == kOpenEnd);
}

std::vector<std::uint32_t> sections_of(const Plan& plan, std::string_view type) {
  std::vector<std::uint32_t> sections;
  for (std::uint32_t i = 0; i < plan.sections().size(); ++i) {
    if (type.empty() || plan.sections()[i].type == type) sections.push_back(i);
  }
  return sections;
}

std::unexpected<Status> sold_out(const ChoiceRequest& request, std::size_t available) {
  const std::string of_type =
      request.type.empty() ? std::string() : fmt::format(" of type \"{}\"", request.type);
  std::string message = fmt::format("no unit{} is free", of_type);
  if (available > 0) {
    message = fmt::format("{} unit{}{} {} free, {} wanted", available, available == 1 ? "" : "s",
                          of_type, available == 1 ? "is" : "are", request.n);
  }
  return std::unexpected(
      Status(Code::kSoldOut, std::move(message)).with("available", fmt::format("{}", available)));
}

std::unexpected<Status> not_together(const ChoiceRequest& request) {
  return error(Code::kNotTogether, fmt::format("no {} free units are adjacent", request.n));
}

// The set as this command sees it: its own changes put in, and taken out again at the end.
class Overlay {
 public:
  explicit Overlay(FreeUnits& free) : free_(free) {}
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;
  ~Overlay() {
    for (auto change = undo_.rbegin(); change != undo_.rend(); ++change) {
      free_.set(change->first, change->second);
    }
  }
  void set(Unit unit, bool free) {
    if (free_.test(unit) == free) return;
    undo_.emplace_back(unit, !free);
    free_.set(unit, free);
  }

 private:
  FreeUnits& free_;
  std::vector<std::pair<Unit, bool>> undo_;
};

std::vector<Unit> run_of(Unit first, std::uint32_t n) {
  std::vector<Unit> units;
  units.reserve(n);
  for (std::uint32_t i = 0; i < n; ++i) units.push_back(Unit{first.value + i});
  return units;
}

std::vector<Unit> lowest_of(const FreeUnits& free, std::span<const std::uint32_t> sections,
                            std::uint32_t n) {
  std::vector<Unit> units;
  for (const std::uint32_t at : sections) {
    const SectionRow& section = free.plan()->sections()[at];
    const std::uint32_t end = section.first_unit + section.units;
    for (std::uint32_t unit = free.next({section.first_unit, end}); unit < end && units.size() < n;
         unit = free.next({unit + 1, end})) {
      units.push_back(Unit{unit});
    }
  }
  return units;
}

// From a set that says all: events.
Result<std::vector<Unit>> choose_from(FreeUnits& free, const ChoiceRequest& request) {
  const std::vector<std::uint32_t> sections = sections_of(*free.plan(), request.type);
  std::uint32_t available = 0;
  for (const std::uint32_t section : sections) available += free.count(section);
  const std::uint32_t n = request.upto ? std::min(request.n, available) : request.n;
  if (n == 0 || available < n) return sold_out(request, available);
  if (request.lowest) return lowest_of(free, sections, n);
  for (const bool tidy : {true, false}) {
    for (const std::uint32_t section : sections) {
      if (const auto first = free.find_run(section, n, tidy)) return run_of(*first, n);
    }
  }
  if (request.together) return not_together(request);
  return lowest_of(free, sections, n);
}

// The free units of an offering over a span, as gaps between those that are not.
class FreeGaps {
 public:
  // Units that `open` lacks are occupied for certain: they are not looked at. Without it all are.
  FreeGaps(OccupiedUnits occupied, const FreeUnits* open, std::span<const Unit> excluded)
      : occupied_(std::move(occupied)), open_(open), excluded_(excluded.begin(), excluded.end()) {
    std::ranges::sort(excluded_);
  }

  // The first gap within `range`, as far as it lies there; empty when there is none. Asked upwards.
  Result<UnitRange> next(UnitRange range) {
    std::uint32_t first = range.from;
    while (true) {
      if (open_ != nullptr) first = open_->next({first, range.to});
      if (first >= range.to) return UnitRange{range.to, range.to};
      const std::uint32_t end = TRY(next_taken(first, range.to));
      if (end > first) return UnitRange{first, end};
      ++first;
    }
  }

 private:
  Result<std::uint32_t> next_taken(std::uint32_t unit, std::uint32_t end) {
    const auto occupied = TRY(occupied_.next(Unit{unit}, Unit{end}));
    if (occupied) end = std::min(end, occupied->value);
    const auto excluded = std::ranges::lower_bound(excluded_, Unit{unit});
    if (excluded != excluded_.end()) end = std::min(end, excluded->value);
    return end;
  }

  OccupiedUnits occupied_;
  const FreeUnits* open_;
  std::vector<Unit> excluded_;  // ascending
};

// Looks at gaps in plan order until the best choice is certain.
class Search {
 public:
  Search(const Plan& plan, const ChoiceRequest& request, FreeGaps gaps)
      : plan_(plan), request_(request), gaps_(std::move(gaps)) {}

  Result<std::vector<Unit>> run() {
    const std::vector<std::uint32_t> sections = sections_of(plan_, request_.type);
    for (const std::uint32_t at : sections) {
      if (longest_run(plan_.sections()[at]) >= request_.n) last_with_room_ = at;
    }
    for (const std::uint32_t at : sections) {
      if (certain(at)) break;
      if (auto searched = search(at); !searched) {
        if (searched.error().code() != Code::kLimit) return std::unexpected(searched.error());
        looked_enough_ = true;
        break;
      }
    }
    return outcome();
  }

 private:
  // By whole rows, for no run goes beyond one: first one row, as it mostly decides, then more and
  // more, as free ones cost nothing together.
  Result<void> search(std::uint32_t at) {
    const SectionRow& section = plan_.sections()[at];
    const std::uint32_t end = section.first_unit + section.units;
    UnitRange rows{section.first_unit, section.first_unit};
    for (std::uint32_t units = section.per_row; rows.to < end && !certain(at); units *= 2) {
      rows = {rows.to, rows.to + std::min(units, end - rows.to)};
      TRY(search_rows(at, rows));
    }
    return {};
  }

  Result<void> search_rows(std::uint32_t at, UnitRange rest) {
    while (!certain(at)) {
      const UnitRange gap = TRY(gaps_.next(rest));
      if (gap.from == gap.to) break;
      look_at(plan_.sections()[at], gap);
      rest.from = gap.to;
    }
    return {};
  }

  // Whatever follows in this section and those after it, the choice is made.
  bool certain(std::uint32_t at) const {
    if (tidy_) return true;
    const bool enough = lowest_.size() == request_.n;
    const bool no_run_follows = !last_with_room_ || at > *last_with_room_;
    return enough && (request_.lowest || no_run_follows);
  }

  void look_at(const SectionRow& section, UnitRange gap) {
    available_ += gap.to - gap.from;
    for (std::uint32_t unit = gap.from; unit < gap.to && lowest_.size() < request_.n; ++unit) {
      lowest_.push_back(Unit{unit});
    }
    if (request_.lowest) return;
    for (std::uint32_t unit = gap.from; unit < gap.to && !tidy_;) {
      const std::uint32_t end = std::min(run_end(section, Unit{unit}).value, gap.to);
      add_run(Unit{unit}, end - unit);
      unit = end;
      // Rows are alike: after two of them only the last one can differ.
      const std::uint32_t rows = (gap.to - unit) / section.per_row;
      if (unit - gap.from >= 2 * section.per_row) unit += rows * section.per_row;
    }
  }

  void add_run(Unit first, std::uint32_t length) {
    if (length < request_.n) return;
    if (length == request_.n + 1) {
      if (!adjacent_) adjacent_ = first;
    } else {
      tidy_ = first;
    }
  }

  Result<std::vector<Unit>> outcome() {
    const std::uint32_t n = request_.n;
    if (tidy_) return run_of(*tidy_, n);
    if (adjacent_) return run_of(*adjacent_, n);
    const bool enough = lowest_.size() == n || (request_.upto && available_ > 0);
    if (looked_enough_ && (request_.together || !enough)) {
      return error(Code::kLimit, fmt::format("{} occupied units were looked at: ask with a type, "
                                             "or name units",
                                             Choice::kMaxLookedAt));
    }
    if (!enough) return sold_out(request_, available_);
    if (request_.together) return not_together(request_);
    return std::move(lowest_);
  }

  const Plan& plan_;
  const ChoiceRequest& request_;
  FreeGaps gaps_;
  std::optional<std::uint32_t> last_with_room_;  // the last section that n adjacent units fit into
  bool looked_enough_ = false;
  std::uint32_t available_ = 0;
  std::vector<Unit> lowest_;
  std::optional<Unit> tidy_;
  std::optional<Unit> adjacent_;
};

Result<std::vector<Unit>> choose_by_looking(Transaction& txn, const Offering& offering, Span span,
                                            const ChoiceRequest& request, const FreeUnits* open) {
  auto occupied = TRY(OccupiedUnits::open(txn, offering.id, span, Choice::kMaxLookedAt));
  return Search(*offering.plan, request, FreeGaps(std::move(occupied), open, request.excluded))
      .run();
}

// Counts what the occupied units leave, walking along them.
Result<Choice::Available> count_by_looking(Transaction& txn, const Offering& offering, Span span,
                                           std::string_view type, std::uint32_t n) {
  auto occupied = TRY(OccupiedUnits::open(txn, offering.id, span, offering.plan->units()));
  FreeGaps gaps(std::move(occupied), nullptr, {});
  Choice::Available available;
  for (const SectionRow& section : offering.plan->sections()) {
    const bool asked = type.empty() || section.type == type;
    std::uint32_t count = 0;
    UnitRange rest{section.first_unit, section.first_unit + section.units};
    while (rest.from < rest.to) {
      const UnitRange gap = TRY(gaps.next(rest));
      count += gap.to - gap.from;
      for (std::uint32_t unit = gap.from; asked && unit < gap.to; ++unit) {
        if (available.first.size() == n) break;
        available.first.push_back(Unit{unit});
      }
      rest.from = gap.to;
    }
    available.by_section.push_back(count);
  }
  return available;
}

Result<FreeUnits> build(Transaction& txn, const Offering& offering) {
  FreeUnits free(offering.plan);
  Result<void> fits;
  TRY(for_each_occupied(txn, offering.id, std::nullopt, [&](const Occupied& occupied) {
    if (occupied.unit.value >= offering.plan->units()) {
      fits = error(Code::kCorruption,
                   fmt::format("offering \"{}\": unit {} is occupied, its plan ends before",
                               offering.row.name, occupied.unit.value));
      return false;
    }
    if (concerns(offering.row.axis, occupied.span)) free.set(occupied.unit, false);
    return true;
  }));
  TRY(std::move(fits));
  return free;
}

}  // namespace

Result<std::vector<Unit>> Choice::choose(Transaction& txn, const Offering& offering, Span span,
                                         const ChoiceRequest& request,
                                         std::span<const UnitChange> pending) {
  CHECK(request.n > 0);
  if (!concerns(offering.row.axis, span)) {
    return choose_by_looking(txn, offering, span, request, nullptr);
  }
  FreeUnits* const free = TRY(find_or_build(txn, offering));
  Overlay overlay(*free);
  for (const UnitChange& change : pending) {
    if (change.offering == offering.id && concerns(offering.row.axis, change.span)) {
      overlay.set(change.unit, change.state == UnitState::kFree);
    }
  }
  for (const Unit unit : request.excluded) overlay.set(unit, false);
  if (offering.row.axis == Axis::kEvent) return choose_from(*free, request);
  return choose_by_looking(txn, offering, span, request, free);
}

Result<Choice::Available> Choice::available(Transaction& txn, const Offering& offering, Span span,
                                            std::string_view type, std::uint32_t n) {
  const Plan& plan = *offering.plan;
  if (offering.row.axis != Axis::kEvent) return count_by_looking(txn, offering, span, type, n);
  const FreeUnits& free = *TRY(find_or_build(txn, offering));
  Available available;
  for (std::uint32_t i = 0; i < plan.sections().size(); ++i) {
    available.by_section.push_back(free.count(i));
  }
  available.first = lowest_of(free, sections_of(plan, type), n);
  return available;
}

Result<FreeUnits*> Choice::find_or_build(Transaction& txn, const Offering& offering) {
  ++choices_;
  while (!sets_.empty() && sets_.back().used + kIdleChoices < choices_) {
    drop(std::prev(sets_.end()));
  }
  const auto found = by_offering_.find(offering.id.value);
  if (found != by_offering_.end()) {
    sets_.splice(sets_.begin(), sets_, found->second);
    sets_.front().used = choices_;
    return &sets_.front().free;
  }
  FreeUnits built = TRY(build(txn, offering));
  // Built from what may never be committed: good for this choice only.
  if (txn.has_writes()) return &passing_.emplace(std::move(built));
  bytes_ += built.bytes();
  sets_.push_front({.offering = offering.id,
                    .axis = offering.row.axis,
                    .free = std::move(built),
                    .used = choices_});
  by_offering_[offering.id.value] = sets_.begin();
  // The set itself stays, however large.
  while (bytes_ > kMaxBytes && sets_.size() > 1) drop(std::prev(sets_.end()));
  return &sets_.front().free;
}

void Choice::drop(Sets::iterator set) {
  bytes_ -= set->free.bytes();
  by_offering_.erase(set->offering.value);
  sets_.erase(set);
}

void Choice::apply(std::span<const UnitChange> changes) {
  passing_.reset();
  for (const UnitChange& change : changes) {
    const auto found = by_offering_.find(change.offering.value);
    if (found == by_offering_.end() || !concerns(found->second->axis, change.span)) continue;
    found->second->free.set(change.unit, change.state == UnitState::kFree);
  }
}

void Choice::forget(OfferingId offering) {
  const auto found = by_offering_.find(offering.value);
  if (found != by_offering_.end()) drop(found->second);
}

}  // namespace holdfast::engine
