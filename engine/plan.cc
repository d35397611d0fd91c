#include "engine/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/limits.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

constexpr std::uint32_t kMaxNumber = 999'999'999;  // of a label: nine digits

// "T12" as "T" and 12. The digits at the end, without a leading zero, so that a label has one
// reading only.
struct NumberedLabel {
  std::string_view prefix;
  std::uint32_t number = 0;
};

std::optional<NumberedLabel> split_label(std::string_view label) {
  std::size_t digits = 0;
  while (digits < label.size()) {
    const char c = label[label.size() - 1 - digits];
    if (c < '0' || c > '9') break;
    ++digits;
  }
  const std::string_view text = label.substr(label.size() - digits);
  if (digits == 0 || digits > 9 || (digits > 1 && text[0] == '0')) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : text) number = number * 10 + static_cast<std::uint32_t>(c - '0');
  return NumberedLabel{label.substr(0, label.size() - digits), number};
}

std::uint32_t rows_of(const SectionRow& section) {
  return (section.units + section.per_row - 1) / section.per_row;
}

// The unit with this label within a section that computes its labels.
std::optional<std::uint32_t> find_numbered(const SectionRow& section, const NumberedLabel& label) {
  if (section.kind == SectionKind::kLabels || label.number < section.first_number) {
    return std::nullopt;
  }
  const std::uint32_t offset = label.number - section.first_number;
  if (section.kind == SectionKind::kNumbers) {
    if (label.prefix != section.prefix || offset >= section.units) return std::nullopt;
    return section.first_unit + offset;
  }
  const auto row = row_number(label.prefix);
  if (!row || *row < section.first_row || *row - section.first_row >= rows_of(section) ||
      offset >= section.per_row) {
    return std::nullopt;
  }
  return section.first_unit + (*row - section.first_row) * section.per_row + offset;
}

bool ranges_meet(std::uint32_t a, std::uint32_t a_count, std::uint32_t b, std::uint32_t b_count) {
  return a < b + b_count && b < a + a_count;
}

// A label that two computed sections share. Prefixes of numbers never end in a digit and numbers
// have no leading zero, so equal labels have equal prefixes and numbers: ranges decide.
std::optional<std::string> shared_label(const SectionRow& a, const SectionRow& b) {
  if (a.kind == SectionKind::kLabels || b.kind == SectionKind::kLabels) return std::nullopt;
  if (a.kind == SectionKind::kRows && b.kind == SectionKind::kNumbers) return shared_label(b, a);
  const std::uint32_t b_numbers = b.kind == SectionKind::kRows ? b.per_row : b.units;
  const std::uint32_t a_numbers = a.kind == SectionKind::kRows ? a.per_row : a.units;
  if (!ranges_meet(a.first_number, a_numbers, b.first_number, b_numbers)) return std::nullopt;
  const std::uint32_t number = std::max(a.first_number, b.first_number);
  if (a.kind == SectionKind::kNumbers) {
    const bool same = b.kind == SectionKind::kNumbers
                          ? a.prefix == b.prefix
                          : find_numbered(b, {a.prefix, b.first_number}).has_value();
    if (!same) return std::nullopt;
    return fmt::format("{}{}", a.prefix, number);
  }
  if (!ranges_meet(a.first_row, rows_of(a), b.first_row, rows_of(b))) return std::nullopt;
  return fmt::format("{}{}", row_letters(std::max(a.first_row, b.first_row)), number);
}

std::unexpected<Status> duplicate(std::string_view label) {
  return error(Code::kBadValue, fmt::format("label \"{}\" occurs twice in the plan", label));
}

// What a section must keep by itself; the words of people have passed parse_section already, so
// this is for rows from a disk too.
Result<void> check_section(const SectionRow& section) {
  if (section.units == 0 || section.units > kMaxPlanUnits) {
    return error(Code::kLimit, fmt::format("a section of {} units: 1 to {} are possible",
                                           section.units, kMaxPlanUnits));
  }
  if (section.per_row == 0 || section.per_row > kMaxPerRow) {
    return error(Code::kLimit, fmt::format("a row of {} units: 1 to {} are possible",
                                           section.per_row, kMaxPerRow));
  }
  if (section.capacity == 0) return error(Code::kBadValue, "capacity 0");
  if (section.kind == SectionKind::kLabels && section.labels.size() != section.units) {
    return error(Code::kBadValue, "a section has as many labels as units");
  }
  if (section.kind == SectionKind::kRows && section.units % section.per_row != 0) {
    return error(Code::kBadValue, "rows of a section have the same length");
  }
  if (section.kind == SectionKind::kRows && section.first_row + rows_of(section) > kRowNames) {
    return error(Code::kLimit, "names of rows end at ZZZ");
  }
  if (section.first_number > kMaxNumber || section.units > kMaxNumber - section.first_number + 1) {
    return error(Code::kLimit, fmt::format("numbers of units end at {}", kMaxNumber));
  }
  for (std::size_t i = 0; i < section.aisles.size(); ++i) {
    const std::uint16_t aisle = section.aisles[i];
    if (aisle == 0 || aisle >= section.per_row || (i > 0 && aisle <= section.aisles[i - 1])) {
      return error(Code::kBadValue,
                   fmt::format("aisle after column {}: columns ascend and lie within a row of {}",
                               aisle, section.per_row));
    }
  }
  return {};
}

Result<void> check_computed_labels(const std::vector<SectionRow>& sections) {
  for (std::size_t i = 0; i < sections.size(); ++i) {
    for (std::size_t j = i + 1; j < sections.size(); ++j) {
      if (const auto label = shared_label(sections[i], sections[j])) return duplicate(*label);
    }
  }
  return {};
}

}  // namespace

std::string row_letters(std::uint32_t row) {
  std::string letters;
  for (std::uint32_t rest = row + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letters;
}

std::optional<std::uint32_t> row_number(std::string_view letters) {
  if (letters.empty() || letters.size() > 3) return std::nullopt;
  std::uint32_t row = 0;
  for (const char c : letters) {
    if (c < 'A' || c > 'Z') return std::nullopt;
    row = row * 26 + static_cast<std::uint32_t>(c - 'A') + 1;
  }
  return row - 1;
}

Result<PlanPtr> Plan::create(PlanId id, std::string name, std::vector<SectionRow> sections) {
  if (sections.empty() || sections.size() > kMaxSections) {
    return error(Code::kLimit, fmt::format("a plan of {} sections: 1 to {} are possible",
                                           sections.size(), kMaxSections));
  }
  std::shared_ptr<Plan> plan(new Plan());
  plan->id_ = id;
  plan->name_ = std::move(name);
  plan->first_rows_.push_back(0);
  for (SectionRow& section : sections) {
    TRY(check_section(section));
    section.first_unit = plan->units_;
    plan->units_ += section.units;
    if (plan->units_ > kMaxPlanUnits) {
      return error(Code::kLimit, fmt::format("a plan has at most {} units", kMaxPlanUnits));
    }
    plan->first_rows_.push_back(plan->first_rows_.back() + rows_of(section));
  }
  TRY(check_computed_labels(sections));
  plan->sections_ = std::move(sections);
  for (const SectionRow& section : plan->sections_) {
    for (std::uint32_t i = 0; i < section.labels.size(); ++i) {
      const std::string& label = section.labels[i];
      if (plan->unit(label)) return duplicate(label);
      plan->listed_.emplace(label, Unit{section.first_unit + i});
    }
  }
  return plan;
}

std::uint32_t Plan::section_index(Unit unit) const {
  CHECK(unit.value < units_, "unit {} of {}", unit.value, units_);
  const auto after = std::ranges::upper_bound(sections_, unit.value, {}, &SectionRow::first_unit);
  return static_cast<std::uint32_t>(after - sections_.begin()) - 1;
}

PlanRowPlace Plan::row(std::uint32_t index) const {
  CHECK(index < rows(), "row {} of {}", index, rows());
  const auto after = std::ranges::upper_bound(first_rows_, index);
  const auto at = static_cast<std::uint32_t>(after - first_rows_.begin()) - 1;
  const SectionRow& section = sections_[at];
  const std::uint32_t local = index - first_rows_[at];
  const std::uint32_t offset = local * section.per_row;
  return {.section = at,
          .first = Unit{section.first_unit + offset},
          .units = std::min(section.per_row, section.units - offset),
          .name = section.kind == SectionKind::kRows ? row_letters(section.first_row + local)
                                                     : fmt::format("{}", index + 1)};
}

Result<Unit> Plan::unit(std::string_view label) const {
  if (const auto numbered = split_label(label)) {
    for (const SectionRow& section : sections_) {
      if (const auto found = find_numbered(section, *numbered)) return Unit{*found};
    }
  }
  if (!listed_.empty()) {
    const auto found = listed_.find(std::string(label));
    if (found != listed_.end()) return found->second;
  }
  const std::string_view shown = label.substr(0, kMaxLabelBytes);
  return std::unexpected(
      Status(Code::kNotFound, fmt::format("plan \"{}\" has no unit \"{}\"", name_, shown))
          .with("unit", std::string(shown)));
}

std::string Plan::label(Unit unit) const {
  const SectionRow& section = this->section(unit);
  const std::uint32_t offset = unit.value - section.first_unit;
  switch (section.kind) {
    case SectionKind::kLabels:
      return section.labels[offset];
    case SectionKind::kRows:
      return fmt::format("{}{}", row_letters(section.first_row + offset / section.per_row),
                         section.first_number + offset % section.per_row);
    case SectionKind::kNumbers:
      break;
  }
  return fmt::format("{}{}", section.prefix, section.first_number + offset);
}

Place Plan::place(Unit unit) const {
  const std::uint32_t at = section_index(unit);
  const SectionRow& section = sections_[at];
  const std::uint32_t offset = unit.value - section.first_unit;
  const std::uint32_t index = first_rows_[at] + offset / section.per_row;
  return {.section = at,
          .row = index,
          .column = offset % section.per_row + 1,
          .row_name = row(index).name};
}

Unit run_end(const SectionRow& section, Unit unit) {
  const std::uint32_t offset = unit.value - section.first_unit;
  const std::uint32_t column = offset % section.per_row + 1;
  const auto aisle = std::ranges::lower_bound(section.aisles, column);
  const std::uint32_t last = aisle == section.aisles.end() ? section.per_row : *aisle;
  return Unit{section.first_unit + std::min(section.units, offset - column + 1 + last)};
}

std::uint32_t longest_run(const SectionRow& section) {
  const std::uint32_t row = std::min(section.per_row, section.units);
  std::uint32_t longest = 0;
  for (std::uint32_t column = 0; column < row;) {
    const std::uint32_t end = run_end(section, Unit{section.first_unit + column}).value;
    longest = std::max(longest, end - section.first_unit - column);
    column = end - section.first_unit;
  }
  return longest;
}

bool Plan::has_type(std::string_view type) const {
  return std::ranges::find(sections_, type, &SectionRow::type) != sections_.end();
}

std::vector<std::string_view> Plan::types() const {
  std::vector<std::string_view> types;
  for (const SectionRow& section : sections_) {
    if (std::ranges::find(types, section.type) == types.end()) types.push_back(section.type);
  }
  return types;
}

}  // namespace holdfast::engine
