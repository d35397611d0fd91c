#include "engine/commands/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/blocks.h"
#include "engine/calendar.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/offering_record.h"

namespace holdfast::engine {

namespace {

struct BlockParams {
  std::string_view offering;
  std::span<const std::string_view> units;
  SpanWords span;
  std::string_view reason;  // of BLOCK
};

Result<BlockParams> parse_block(const Arguments& arguments) {
  BlockParams params{.offering = arguments.positional(0),
                     .units = arguments.positionals(1),
                     .span = {.legs = arguments.option("legs"),
                              .nights = arguments.option("nights"),
                              .at = arguments.option("at")},
                     .reason = arguments.option("reason").value_or("")};
  if (params.units.size() > kMaxUnits) {
    return error(Code::kLimit,
                 fmt::format("{} units in one command, over {}", params.units.size(), kMaxUnits));
  }
  return params;
}

// The units of a request, found: each named once.
struct Place {
  OfferingPtr offering;
  Span span;
  std::vector<Unit> units;
};

Result<Place> find_place(Context& context, const BlockParams& params) {
  Place place{.offering = TRY(find_offering(context, params.offering)), .span = {}, .units = {}};
  place.span = TRY(parse_span(place.offering->row, params.span));
  for (const std::string_view label : params.units) {
    const Unit unit = TRY(place.offering->plan->unit(label));
    if (std::ranges::find(place.units, unit) != place.units.end()) {
      return std::unexpected(
          Status(Code::kBadValue, fmt::format("unit \"{}\" is named twice", label))
              .with("unit", std::string(label)));
    }
    place.units.push_back(unit);
  }
  return place;
}

Record place_record(const Place& place) {
  Record record;
  record.add("offering", std::string_view(place.offering->row.name));
  add_span(record, place.offering->row, place.span);
  List labels;
  for (const Unit unit : place.units) labels.emplace_back(place.offering->plan->label(unit));
  record.add("units", std::move(labels));
  return record;
}

Result<Reply> run_block(Context& context, const BlockParams& params) {
  const Place place = TRY(find_place(context, params));
  bool changed = false;
  for (const Unit unit : place.units) {
    const bool blocked = TRY(block_unit(context, *place.offering, unit, place.span, params.reason));
    changed = changed || blocked;
  }
  Record record = place_record(place);
  record.add("state", word(UnitState::kBlocked));
  if (!changed) record.add("already", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

Result<Reply> run_unblock(Context& context, const BlockParams& params) {
  const Place place = TRY(find_place(context, params));
  std::size_t lifted = 0;
  for (const Unit unit : place.units) {
    lifted += TRY(unblock_unit(context, *place.offering, unit, place.span));
  }
  Record record = place_record(place);
  record.add("lifted", static_cast<std::int64_t>(lifted));
  if (lifted == 0) record.add("already", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

// ---- BLOCK LIST -------------------------------------------------------------------------------

struct BlockListParams {
  std::string_view offering;
  std::size_t n = kDefaultListing;
  std::size_t after = 0;  // rows to pass over
};

Result<BlockListParams> parse_block_list(const Arguments& arguments) {
  BlockListParams params{.offering = arguments.positional(0)};
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    params.n = static_cast<std::size_t>(*n);
  }
  if (const auto after = TRY(arguments.number("after", 0, kMaxPlanUnits))) {
    params.after = static_cast<std::size_t>(*after);
  }
  return params;
}

Result<Record> block_record(Context& context, const Offering& offering, const Block& block) {
  Record record;
  record.add("unit", offering.plan->label(block.unit));
  add_span(record, offering.row, block.span);
  record.add("reason", std::string_view(block.row.reason));
  const auto by = TRY(get_account(context.txn, AccountId{block.row.actor}));
  if (by) record.add("by", std::string_view(by->row.name));
  record.add("since", storage::format_utc({block.row.since_us}));
  return record;
}

Result<Reply> run_block_list(Context& context, const BlockListParams& params) {
  const OfferingPtr offering = TRY(find_offering(context, params.offering));
  std::vector<Block> page;
  std::size_t passed = 0;
  TRY(for_each_block(context.txn, offering->id, [&](const Block& block) {
    if (passed++ >= params.after) page.push_back(block);
    return page.size() < params.n;
  }));
  List rows;
  for (const Block& block : page) {
    rows.emplace_back(TRY(block_record(context, *offering, block)));
  }
  return Reply{.value = std::move(rows)};
}

}  // namespace

Result<Outcome> block_command(Context& context, Arguments& arguments) {
  return handle<parse_block, run_block>(context, arguments);
}

Result<Outcome> unblock_command(Context& context, Arguments& arguments) {
  return handle<parse_block, run_unblock>(context, arguments);
}

Result<Outcome> block_list_command(Context& context, Arguments& arguments) {
  return handle<parse_block_list, run_block_list>(context, arguments);
}

}  // namespace holdfast::engine
