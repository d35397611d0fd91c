// Plan: a layout of units with labels, types, rows and capacities, shared by any number of
// offerings.
//
// A plan is a list of sections, each a run of units by one rule, so that a plan of a million units
// is a few hundred bytes: label, type and place of a unit are computed. Immutable; any thread.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

// Where a unit stands, for maps and adjacency: units of one row with neighbouring columns are
// adjacent unless an aisle lies between them. Rows never reach beyond their section.
struct Place {
  std::uint32_t section = 0;  // index into sections()
  std::uint32_t row = 0;      // counted through the whole plan, from 0
  std::uint32_t column = 0;   // from 1
  std::string row_name;       // "A" where rows have letters, else the number of the row, from 1
};

// A row of a plan: units first .. first + units - 1, columns 1 .. units.
struct PlanRowPlace {
  std::uint32_t section = 0;
  Unit first;
  std::uint32_t units = 0;
  std::string name;
};

class Plan {
 public:
  // Checks `sections` (see validate) and numbers their first units. kBadValue, kLimit.
  static Result<std::shared_ptr<const Plan>> create(PlanId id, std::string name,
                                                    std::vector<SectionRow> sections);

  PlanId id() const { return id_; }
  const std::string& name() const { return name_; }
  std::uint32_t units() const { return units_; }
  std::span<const SectionRow> sections() const { return sections_; }
  std::uint32_t rows() const { return first_rows_.back(); }
  PlanRowPlace row(std::uint32_t index) const;  // REQUIRES: index < rows()

  // kNotFound naming the label. O(sections).
  Result<Unit> unit(std::string_view label) const;

  // REQUIRES of all: unit.value < units()
  std::string label(Unit unit) const;
  std::string_view type(Unit unit) const { return section(unit).type; }
  std::uint16_t capacity(Unit unit) const { return section(unit).capacity; }
  Place place(Unit unit) const;
  const SectionRow& section(Unit unit) const { return sections_[section_index(unit)]; }
  std::uint32_t section_index(Unit unit) const;

  bool has_type(std::string_view type) const;
  std::vector<std::string_view> types() const;  // each once, in plan order

 private:
  Plan() = default;

  PlanId id_;
  std::string name_;
  std::uint32_t units_ = 0;
  std::vector<SectionRow> sections_;
  std::vector<std::uint32_t> first_rows_;         // of each section, through the plan; and the end
  std::unordered_map<std::string, Unit> listed_;  // units of kLabels sections
};

using PlanPtr = std::shared_ptr<const Plan>;

// The unit after the last of those that stand beside `unit`, up to an aisle or the end of its row.
// REQUIRES: unit is one of the section's.
Unit run_end(const SectionRow& section, Unit unit);
// The most units that stand beside each other in the section.
std::uint32_t longest_run(const SectionRow& section);

// What a person writes of one section; a word is empty if it was not given.
struct SectionWords {
  std::string_view units = {};     // "1-40", "T1-T12", "Garden,Terrace"
  std::string_view rows = {};      // "A-F", with seats=
  std::string_view seats = {};     // "1-30"
  std::string_view per_row = {};   // of units=: units in a row
  std::string_view aisles = {};    // "2" or "10,20": columns after which there is an aisle
  std::string_view type = {};      // "seat" if not given
  std::string_view capacity = {};  // persons, 1 if not given
};
// kArgs for words that do not go together, kBadValue or kLimit for values. first_unit is 0.
Result<SectionRow> parse_section(const SectionWords& words);
// The words that make it again: "rows=A-F seats=1-30 type=stalls".
std::string format_section(const SectionRow& section);

// Rows are lettered A..Z, AA..ZZ, AAA..ZZZ: 0 is A, 26 is AA.
inline constexpr std::uint32_t kRowNames = 26 + 26 * 26 + 26 * 26 * 26;
std::string row_letters(std::uint32_t row);
std::optional<std::uint32_t> row_number(std::string_view letters);

}  // namespace holdfast::engine
