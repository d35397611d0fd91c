// Sections of plans as people write them. See plan.h.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/limits.h"
#include "engine/names.h"
#include "engine/plan.h"

namespace holdfast::engine {

namespace {

template <typename... Args>
std::unexpected<Status> bad(fmt::format_string<Args...> format, Args&&... args) {
  return error(Code::kBadValue, fmt::format(format, std::forward<Args>(args)...));
}

Result<std::uint32_t> parse_count(std::string_view what, std::string_view text,
                                  std::uint32_t most) {
  std::uint32_t value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || rest != end) {
    return bad("{} \"{}\" is no number from 1 to {}", what, text.substr(0, 64), most);
  }
  if (value == 0 || value > most) {
    return error(Code::kLimit, fmt::format("{} {} is not from 1 to {}", what, value, most));
  }
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

// "T12": the letters before the digits at the end, and the digits.
struct Numbered {
  std::string_view prefix;
  std::string_view digits;
};

Numbered split_digits(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9') --at;
  return {text.substr(0, at), text.substr(at)};
}

struct NumberRange {
  std::string_view prefix;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

Result<std::uint32_t> parse_label_number(std::string_view digits) {
  if (digits.size() > 1 && digits[0] == '0') {
    return bad("number \"{}\" has a leading zero", digits.substr(0, 64));
  }
  std::uint32_t number = 0;
  const auto end = digits.data() + digits.size();
  const auto [rest, failed] = std::from_chars(digits.data(), end, number);
  if (digits.size() > 9 || failed != std::errc() || rest != end) {
    return error(Code::kLimit,
                 fmt::format("number \"{}\" has more than nine digits", digits.substr(0, 64)));
  }
  return number;
}

// "1-40", "T1-T12", "T1-12"; nothing when it is no range at all.
Result<std::optional<NumberRange>> parse_range(std::string_view text) {
  bool looks_like_range = false;
  for (std::size_t dash = text.find('-'); dash != std::string_view::npos;
       dash = text.find('-', dash + 1)) {
    const Numbered left = split_digits(text.substr(0, dash));
    const Numbered right = split_digits(text.substr(dash + 1));
    if (left.digits.empty() || right.digits.empty()) continue;
    looks_like_range = true;
    if (!right.prefix.empty() && right.prefix != left.prefix) continue;
    const NumberRange range{left.prefix, TRY(parse_label_number(left.digits)),
                            TRY(parse_label_number(right.digits))};
    if (range.last < range.first) return bad("range \"{}\" is reversed", text.substr(0, 64));
    return std::optional(range);
  }
  if (looks_like_range) {
    return bad("range \"{}\" has two different names before its numbers", text.substr(0, 64));
  }
  return std::optional<NumberRange>();
}

Result<SectionRow> parse_listed(std::string_view units) {
  SectionRow section;
  section.kind = SectionKind::kLabels;
  for (const std::string_view label : split(units, ',')) {
    TRY(check_name("label", label, kMaxLabelBytes));
    if (TRY(parse_range(label))) return bad("units= is one range or a list of labels, not both");
    section.labels.emplace_back(label);
  }
  section.units = static_cast<std::uint32_t>(section.labels.size());
  // Leaves room for the other fields of the section beside its labels.
  std::size_t bytes = 0;
  for (const std::string& label : section.labels) bytes += label.size() + 4;
  if (bytes > storage::kMaxValueBytes / 2) {
    return error(Code::kLimit, fmt::format("the labels of one section take {} bytes, over {}: use "
                                           "more sections",
                                           bytes, storage::kMaxValueBytes / 2));
  }
  return section;
}

Result<SectionRow> parse_numbered(const NumberRange& range) {
  SectionRow section;
  section.kind = SectionKind::kNumbers;
  section.prefix = range.prefix;
  section.first_number = range.first;
  if (range.last - range.first >= kMaxPlanUnits) {
    return error(Code::kLimit, fmt::format("{} units: a plan has at most {}",
                                           range.last - range.first + 1, kMaxPlanUnits));
  }
  section.units = range.last - range.first + 1;
  TRY(check_name("label", fmt::format("{}{}", range.prefix, range.last), kMaxLabelBytes));
  return section;
}

Result<SectionRow> parse_units(const SectionWords& words) {
  const bool listed = words.units.find(',') != std::string_view::npos;
  const auto range = listed ? std::nullopt : TRY(parse_range(words.units));
  SectionRow section = TRY(range ? parse_numbered(*range) : parse_listed(words.units));
  section.per_row = words.per_row.empty() ? std::min(section.units, kDefaultPerRow)
                                          : TRY(parse_count("per_row", words.per_row, kMaxPerRow));
  section.per_row = std::min(section.per_row, section.units);
  return section;
}

Result<std::uint32_t> parse_row(std::string_view text) {
  if (const auto row = row_number(text)) return *row;
  return bad("row \"{}\" is not one to three capital letters", text.substr(0, 64));
}

Result<SectionRow> parse_rows(const SectionWords& words) {
  const std::vector<std::string_view> ends = split(words.rows, '-');
  if (ends.size() > 2) return bad("rows \"{}\" are not like A-F", words.rows.substr(0, 64));
  SectionRow section;
  section.kind = SectionKind::kRows;
  section.first_row = TRY(parse_row(ends.front()));
  const std::uint32_t last_row = TRY(parse_row(ends.back()));
  if (last_row < section.first_row) return bad("rows \"{}\" are reversed", words.rows);
  auto seats = TRY(parse_range(words.seats));
  if (!seats) {
    const std::uint32_t only = TRY(parse_count("seats", words.seats, 999'999'999));
    seats = NumberRange{"", only, only};
  }
  if (!seats->prefix.empty()) return bad("seats \"{}\" are not like 1-30", words.seats);
  if (seats->last - seats->first >= kMaxPerRow) {
    return error(Code::kLimit, fmt::format("{} seats in a row, over {}",
                                           seats->last - seats->first + 1, kMaxPerRow));
  }
  section.first_number = seats->first;
  section.per_row = seats->last - seats->first + 1;
  section.units = (last_row - section.first_row + 1) * section.per_row;
  if (section.units > kMaxPlanUnits) {
    return error(Code::kLimit,
                 fmt::format("{} units: a plan has at most {}", section.units, kMaxPlanUnits));
  }
  return section;
}

}  // namespace

Result<SectionRow> parse_section(const SectionWords& words) {
  const bool by_rows = !words.rows.empty();
  if (by_rows == !words.units.empty()) {
    return error(Code::kArgs, "a section has either units= or rows= with seats=");
  }
  if (by_rows == words.seats.empty()) {
    return error(Code::kArgs, "rows= and seats= go together");
  }
  if (by_rows && !words.per_row.empty()) {
    return error(Code::kArgs, "per_row= goes with units=; rows have as many as seats= says");
  }
  SectionRow section = TRY(by_rows ? parse_rows(words) : parse_units(words));
  section.type = words.type.empty() ? "seat" : words.type;
  TRY(check_name("type", section.type, kMaxNameBytes));
  if (!words.capacity.empty()) {
    section.capacity =
        static_cast<std::uint16_t>(TRY(parse_count("capacity", words.capacity, kMaxPartySize)));
  }
  if (!words.aisles.empty()) {
    for (const std::string_view aisle : split(words.aisles, ',')) {
      const std::uint32_t column = TRY(parse_count("aisle", aisle, kMaxPerRow));
      if (column >= section.per_row) {
        return bad("aisle after column {} of rows of {}", column, section.per_row);
      }
      section.aisles.push_back(static_cast<std::uint16_t>(column));
    }
    std::ranges::sort(section.aisles);
    if (std::ranges::adjacent_find(section.aisles) != section.aisles.end()) {
      return bad("aisle \"{}\" names a column twice", words.aisles.substr(0, 64));
    }
  }
  return section;
}

std::string format_section(const SectionRow& section) {
  std::string text;
  switch (section.kind) {
    case SectionKind::kNumbers:
      text = fmt::format("units={0}{1}-{0}{2} per_row={3}", section.prefix, section.first_number,
                         section.first_number + section.units - 1, section.per_row);
      break;
    case SectionKind::kRows: {
      const std::uint32_t rows = section.units / std::max(section.per_row, 1U);
      text = fmt::format("rows={}-{} seats={}-{}", row_letters(section.first_row),
                         row_letters(section.first_row + std::max(rows, 1U) - 1),
                         section.first_number, section.first_number + section.per_row - 1);
      break;
    }
    case SectionKind::kLabels:
      text = fmt::format("units={} per_row={}", fmt::join(section.labels, ","), section.per_row);
      break;
  }
  text += fmt::format(" type={}", section.type);
  if (!section.aisles.empty()) text += fmt::format(" aisle={}", fmt::join(section.aisles, ","));
  if (section.capacity != 1) text += fmt::format(" capacity={}", section.capacity);
  return text;
}

}  // namespace holdfast::engine
