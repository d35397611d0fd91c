// MAP. See look.h.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/commands/look.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/offering_record.h"
#include "engine/plan.h"

namespace holdfast::engine {

namespace {

struct MapParams {
  std::string_view offering;
  SpanWords span;
  std::uint32_t n = kDefaultListing;
  std::uint32_t after = 0;  // rows to pass over
};

Result<MapParams> parse_map(const Arguments& arguments) {
  MapParams params{.offering = arguments.positional(0),
                   .span = {.legs = arguments.option("legs"),
                            .nights = arguments.option("nights"),
                            .at = arguments.option("at")}};
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    params.n = static_cast<std::uint32_t>(*n);
  }
  if (const auto after = TRY(arguments.number("after", 0, kMaxPlanUnits))) {
    params.after = static_cast<std::uint32_t>(*after);
  }
  return params;
}

char letter(UnitState state) {
  switch (state) {
    case UnitState::kHeld:
      return 'H';
    case UnitState::kBooked:
      return 'B';
    case UnitState::kBlocked:
      return 'X';
    case UnitState::kFree:
      break;
  }
  return '.';
}

// The rows of one page and what is taken in them.
class Page {
 public:
  Page(const Offering& offering, std::optional<Span> span, const MapParams& params)
      : offering_(offering), plan_(*offering.plan), span_(span) {
    begin_ = std::min(params.after, plan_.rows());
    end_ = std::min(plan_.rows() - begin_, params.n) + begin_;
    if (begin_ == end_) return;
    first_ = plan_.row(begin_).first;
    const PlanRowPlace last = plan_.row(end_ - 1);
    states_.resize(last.first.value + last.units - first_.value, UnitState::kFree);
  }

  Result<void> read(Transaction& txn) {
    if (states_.empty()) return {};
    TRY(for_each_occupied(
        txn, offering_.id, span_, [this](const Occupied& occupied) { return add(occupied); },
        first_));
    if (spans_.size() <= kMaxSpans) return {};
    const PlanRowPlace row = plan_.row(plan_.place(spans_.back().unit).row);
    return error(Code::kLimit,
                 fmt::format("more than {} spans are taken up to row {}, ask with {}=", kMaxSpans,
                             quoted(row.name), span_name(offering_.row.axis)));
  }

  Record record() const {
    Record record;
    record.add("offering", std::string_view(offering_.row.name));
    record.add("axis", word(offering_.row.axis));
    if (span_) add_span(record, offering_.row, *span_);
    record.add("state", offering_.row.open ? "open" : "closed");
    // Of the rows told, as the states are: they add up.
    record.add("units", static_cast<std::int64_t>(states_.size()));
    for (const UnitState state :
         {UnitState::kFree, UnitState::kHeld, UnitState::kBooked, UnitState::kBlocked}) {
      const std::int64_t count = std::ranges::count(states_, state);
      if (state != UnitState::kBlocked || count != 0) record.add(word(state), count);
    }
    if (end_ < plan_.rows()) record.add("next", std::int64_t{end_});
    List rows;
    for (std::uint32_t row = begin_; row < end_; ++row) rows.emplace_back(row_record(row));
    record.add("rows", std::move(rows));
    if (!span_) record.add("spans", span_rows());
    return record;
  }

 private:
  // A page has one row at least, whose units may be taken for any number of spans.
  static constexpr std::size_t kMaxSpans = 10 * kMaxListing;

  bool add(const Occupied& occupied) {
    const std::uint32_t at = occupied.unit.value - first_.value;
    if (at >= states_.size()) return false;
    // Without a span all taken spans are listed: the page ends with the row that fills the list.
    if (!span_ && spans_.size() >= kMaxListing) {
      const std::uint32_t row = plan_.place(occupied.unit).row;
      if (row > plan_.place(spans_.back().unit).row) {
        end_ = row;
        states_.resize(plan_.row(row).first.value - first_.value);
        return false;
      }
    }
    states_[at] = std::max(states_[at], occupied.row.state);
    if (!span_) spans_.push_back(occupied);
    return spans_.size() <= kMaxSpans;
  }

  Record row_record(std::uint32_t index) const {
    const PlanRowPlace place = plan_.row(index);
    const SectionRow& section = plan_.sections()[place.section];
    std::string seats;
    auto aisle = section.aisles.begin();
    for (std::uint32_t i = 0; i < place.units; ++i) {
      seats += letter(states_[place.first.value - first_.value + i]);
      if (aisle != section.aisles.end() && *aisle == i + 1) {
        if (i + 1 < place.units) seats += '|';
        ++aisle;
      }
    }
    Record row;
    row.add("row", std::string_view(place.name));
    row.add("type", std::string_view(section.type));
    if (section.kind == SectionKind::kLabels) {
      List labels;
      for (std::uint32_t i = 0; i < place.units; ++i) {
        labels.emplace_back(plan_.label(Unit{place.first.value + i}));
      }
      row.add("labels", std::move(labels));
    } else {
      row.add("first", plan_.label(place.first));
      row.add("last", plan_.label(Unit{place.first.value + place.units - 1}));
    }
    row.add("seats", std::string_view(seats));
    return row;
  }

  List span_rows() const {
    List rows;
    for (const Occupied& occupied : spans_) {
      Record row;
      row.add("unit", plan_.label(occupied.unit));
      row.add(span_name(offering_.row.axis), span_value(offering_.row, occupied.span));
      row.add("state", word(occupied.row.state));
      rows.emplace_back(std::move(row));
    }
    return rows;
  }

  const Offering& offering_;
  const Plan& plan_;
  std::optional<Span> span_;
  std::uint32_t begin_ = 0;  // rows of the plan
  std::uint32_t end_ = 0;
  Unit first_;
  std::vector<UnitState> states_;  // from first_ on
  std::vector<Occupied> spans_;    // without a span: all that are taken
};

Result<Reply> run_map(Context& context, const MapParams& params) {
  const OfferingPtr offering = TRY(find_offering(context, params.offering));
  std::optional<Span> span;
  if (offering->row.axis == Axis::kEvent || params.span.given()) {
    span = TRY(parse_span(offering->row, params.span));
  }
  Page page(*offering, span, params);
  TRY(page.read(context.txn));
  return Reply{.value = page.record(), .layout = Layout::kExpanded};
}

}  // namespace

Result<Outcome> map_command(Context& context, Arguments& arguments) {
  return handle<parse_map, run_map>(context, arguments);
}

}  // namespace holdfast::engine
