// Plans as people write them: each line of an input is the words of one section. What is taken can
// be written down as words that mean the same, and every unit is found again by its label.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/plan.h"
#include "storage/check.h"
#include "storage/codec.h"

namespace {

namespace engine = holdfast::engine;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return pieces;
}

engine::SectionWords section_words(std::string_view line) {
  engine::SectionWords words;
  for (const std::string_view word : split(line, ' ')) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(std::min(equals + 1, word.size()));
    if (name == "units") words.units = value;
    if (name == "rows") words.rows = value;
    if (name == "seats") words.seats = value;
    if (name == "per_row") words.per_row = value;
    if (name == "aisle") words.aisles = value;
    if (name == "type") words.type = value;
    if (name == "capacity") words.capacity = value;
  }
  return words;
}

void check_written(const engine::SectionRow& section) {
  const std::string text = engine::format_section(section);
  const auto again = engine::parse_section(section_words(text));
  CHECK(again.has_value(), "{}: {}", text, again.error().message());
  CHECK(holdfast::storage::encode(*again) == holdfast::storage::encode(section), "{}", text);
}

void check_plan(const engine::Plan& plan) {
  const std::uint32_t step = std::max(plan.units() / 16, 1U);
  for (std::uint32_t at = 0; at < plan.units(); at += step) {
    const engine::Unit unit{at};
    const std::string label = plan.label(unit);
    const auto found = plan.unit(label);
    CHECK(found && *found == unit, "unit {} label {}", at, label);
    const engine::Place place = plan.place(unit);
    const engine::PlanRowPlace row = plan.row(place.row);
    CHECK(row.first.value + place.column - 1 == at, "unit {} column {}", at, place.column);
    CHECK(plan.has_type(plan.type(unit)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<engine::SectionRow> sections;
  for (const std::string_view line : split(input, '\n')) {
    auto section = engine::parse_section(section_words(line));
    if (!section) return 0;
    sections.push_back(std::move(*section));
  }
  const auto plan = engine::Plan::create({1}, "fuzz", sections);
  if (!plan) return 0;
  for (const engine::SectionRow& section : (*plan)->sections()) {
    engine::SectionRow alone = section;
    alone.first_unit = 0;  // numbered by the plan, not by its words
    check_written(alone);
  }
  check_plan(**plan);
  return 0;
}
