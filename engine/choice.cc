#include "engine/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
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
  return std::unexpected(Status(Code::kSoldOut, available == 0
                                                    ? fmt::format("no unit{} is free", of_type)
                                                    : fmt::format("only {} of {} units{} are free",
                                                                  available, request.n, of_type))
                             .with("available", fmt::format("{}", available)));
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

// Looks at units in plan order until the best choice is certain.
class Search {
 public:
  using IsFree = std::function<Result<bool>(Unit)>;
  // The first candidate at or after `unit`; units that are none are not free.
  using NextCandidate = std::function<std::uint32_t(std::uint32_t unit, std::uint32_t end)>;

  Search(const Plan& plan, const ChoiceRequest& request, IsFree is_free, NextCandidate next)
      : plan_(plan), request_(request), is_free_(std::move(is_free)), next_(std::move(next)) {}

  Result<std::vector<Unit>> run() {
    for (const std::uint32_t section : sections_of(plan_, request_.type)) {
      TRY(search(plan_.sections()[section]));
      if (certain()) break;
    }
    if (tidy_) return run_of(*tidy_, request_.n);
    const std::uint32_t n = request_.n;
    if (available_ < n && !(request_.upto && available_ > 0)) return sold_out(request_, available_);
    if (adjacent_) return run_of(*adjacent_, n);
    if (request_.together) return not_together(request_);
    return std::move(lowest_);
  }

 private:
  Result<void> search(const SectionRow& section) {
    const std::uint32_t end = section.first_unit + section.units;
    for (std::uint32_t unit = section.first_unit; unit < end; ++unit) {
      const std::uint32_t candidate = next_(unit, end);
      const bool row_begins = (candidate - section.first_unit) % section.per_row == 0;
      if (candidate != unit || row_begins) end_run();
      unit = candidate;
      if (certain() || unit == end) break;
      if (TRY(is_free_(Unit{unit}))) {
        extend_run(Unit{unit});
      } else {
        end_run();
      }
      if (certain()) break;
    }
    end_run();
    return {};
  }

  // Whatever follows, the choice is made.
  bool certain() const {
    return request_.lowest ? lowest_.size() == request_.n : tidy_.has_value();
  }

  void extend_run(Unit unit) {
    if (length_ == 0) first_ = unit;
    ++length_;
    ++available_;
    if (lowest_.size() < request_.n) lowest_.push_back(unit);
    // Two more than needed: whatever follows, two or more stay beside the chosen ones.
    if (length_ == request_.n + 2 && !request_.lowest) tidy_ = first_;
  }

  void end_run() {
    if (request_.lowest) return;
    if (length_ == request_.n && !tidy_) tidy_ = first_;
    if (length_ == request_.n + 1 && !adjacent_) adjacent_ = first_;
    length_ = 0;
  }

  const Plan& plan_;
  const ChoiceRequest& request_;
  IsFree is_free_;
  NextCandidate next_;
  Unit first_;  // of the free run being looked at
  std::uint32_t length_ = 0;
  std::uint32_t available_ = 0;
  std::vector<Unit> lowest_;
  std::optional<Unit> tidy_;
  std::optional<Unit> adjacent_;
};

Result<std::vector<Unit>> choose_by_looking(Transaction& txn, const Offering& offering, Span span,
                                            const ChoiceRequest& request, const FreeUnits* open) {
  const auto is_free = [&](Unit unit) -> Result<bool> {
    if (std::ranges::find(request.excluded, unit) != request.excluded.end()) return false;
    return !TRY(conflict(txn, offering.id, unit, span)).has_value();
  };
  const auto next = [open](std::uint32_t unit, std::uint32_t end) {
    return open != nullptr ? open->next({unit, end}) : unit;
  };
  return Search(*offering.plan, request, is_free, next).run();
}

// Counts what the occupied spans leave, walking along them.
Result<Choice::Available> count_by_looking(Transaction& txn, const Offering& offering, Span span,
                                           std::string_view type, std::uint32_t n) {
  const Plan& plan = *offering.plan;
  Choice::Available available;
  for (const SectionRow& section : plan.sections()) available.by_section.push_back(section.units);
  std::uint32_t seen = 0;  // all units below are counted
  const auto add_free_until = [&](std::uint32_t end) {
    for (; seen < end && available.first.size() < n; ++seen) {
      if (type.empty() || plan.type(Unit{seen}) == type) available.first.push_back(Unit{seen});
    }
    seen = end;
  };
  TRY(for_each_occupied(txn, offering.id, span, [&](const Occupied& occupied) {
    const std::uint32_t unit = occupied.unit.value;
    if (unit < seen || unit >= plan.units()) return true;  // another span of the unit before
    add_free_until(unit);
    seen = unit + 1;
    --available.by_section[plan.section_index(occupied.unit)];
    return true;
  }));
  add_free_until(plan.units());
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
