// Units out of sale: BLOCK, UNBLOCK, BLOCK LIST.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::size_t kMostUnits = 200;

// The units after the name of the offering, each named once.
std::vector<int> units_of(const Offering& of, const Request& request) {
  std::vector<int> units;
  for (std::size_t i = 1; i < request.words().size(); ++i) {
    const std::string& label = request.words()[i];
    const int unit = of.plan->unit(label);
    if (std::ranges::find(units, unit) != units.end()) {
      throw Refused("BADVALUE", Record().add("unit", label));
    }
    units.push_back(unit);
  }
  return units;
}

Record place_of(const Offering& of, const Span& span, const std::vector<int>& units) {
  Record record;
  record.add("offering", of.name);
  of.add_span(record, span);
  std::vector<std::string> labels;
  for (const int unit : units)
    labels.push_back(of.plan->units[static_cast<std::size_t>(unit)].label);
  return record.add("units", list_text(labels));
}

}  // namespace

Answer Model::block(const Client& client, const Request& request, Micros now) {
  if (request.words().size() - 1 > kMostUnits) throw Refused("LIMIT");
  const auto of = offering_named(request.words()[0]);
  const Span span = *of->span_of(request.options());
  const auto units = units_of(*of, request);
  bool changed = false;
  for (const int unit : units) {
    const bool there = std::ranges::any_of(state_.blocks, [&](const auto& block) {
      return block->offering == of->id && block->unit == unit && block->span == span;
    });
    if (there) continue;
    require_free(*of, unit, span, now, true);
    state_.blocks.push_back(std::make_shared<const Block>(
        Block{of->id, unit, span, *request.option("reason"), client.account, now}));
    tell({.offering = of->id, .unit = unit, .span = span}, "blocked");
    changed = true;
  }
  wrote_ = wrote_ || changed;
  Record record = place_of(*of, span, units).add("state", "blocked");
  if (!changed) record.add("already", 1);
  return {.text = record.text()};
}

Answer Model::unblock(const Request& request) {
  if (request.words().size() - 1 > kMostUnits) throw Refused("LIMIT");
  const auto of = offering_named(request.words()[0]);
  const Span span = *of->span_of(request.options());
  const auto units = units_of(*of, request);
  std::int64_t lifted = 0;
  for (const int unit : units) {
    for (const auto& block : blocks_of(of->id)) {
      if (block->unit != unit || !block->span.overlaps(span)) continue;
      if (block->span.from < span.from || block->span.to > span.to) {
        Record facts;
        facts.add("unit", of->plan->units[static_cast<std::size_t>(unit)].label);
        facts.add("state", "blocked");
        of->add_span(facts, block->span);
        throw Refused("STATE", facts);
      }
      std::erase(state_.blocks, block);
      tell({.offering = of->id, .unit = unit, .span = block->span}, "free");
      ++lifted;
    }
  }
  wrote_ = wrote_ || lifted > 0;
  Record record = place_of(*of, span, units).add("lifted", lifted);
  if (lifted == 0) record.add("already", 1);
  return {.text = record.text()};
}

// By unit and start.
std::vector<std::shared_ptr<const Block>> Model::blocks_of(int offering) const {
  std::vector<std::shared_ptr<const Block>> blocks;
  for (const auto& block : state_.blocks) {
    if (block->offering == offering) blocks.push_back(block);
  }
  std::ranges::sort(blocks, {},
                    [](const auto& block) { return std::pair(block->unit, block->span.from); });
  return blocks;
}

Answer Model::block_list(const Request& request) const {
  constexpr std::int64_t kMostListed = 1000;
  const auto most = request.number("n", 1, kMostListed).value_or(100);
  const auto after = request.number("after", 0, 4'000'000).value_or(0);
  const auto of = offering_named(request.words()[0]);
  std::vector<std::string> rows;
  std::int64_t passed = 0;
  for (const auto& block : blocks_of(of->id)) {
    if (passed++ < after || std::ssize(rows) >= most) continue;
    Record row;
    row.add("unit", of->plan->units[static_cast<std::size_t>(block->unit)].label);
    of->add_span(row, block->span);
    row.add("reason", block->reason);
    if (block->account != 0) {
      row.add("by", state_.accounts[static_cast<std::size_t>(block->account - 1)]->name);
    }
    rows.push_back(row.add("since", utc_text(block->since)).text());
  }
  return {.text = list_text(rows)};
}

}  // namespace holdfast::model
