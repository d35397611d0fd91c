#include "net/legacy/dates.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/words.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

constexpr int kMinutesOfADay = 1440;

std::optional<Day> day_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok()) return std::nullopt;
  return Day(date);
}

// Takes `least` to `most` decimal digits from the front of `text`.
std::optional<int> take_number(std::string_view& text, int least, int most) {
  int number = 0;
  int digits = 0;
  std::size_t at = 0;
  while (digits < most && at < text.size()) {
    std::size_t behind = at;
    const auto point = engine::next_code_point(text, behind);
    const auto digit = point ? decimal_digit(*point) : std::nullopt;
    if (!digit) break;
    number = number * 10 + *digit;
    at = behind;
    ++digits;
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(at);
  return number;
}

bool take(std::string_view& text, char mark) {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::optional<Day> parse_iso_day(std::string_view text) {
  const auto year = take_number(text, 4, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 1, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 1, 2);
  if (!day || !text.empty()) return std::nullopt;
  return day_of(*year, *month, *day);
}

std::string iso_day(Day day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<Day> parse_dotted_day(std::string_view text) {
  if (text.size() != 10 || !is_ascii(text)) return std::nullopt;
  const auto day = take_number(text, 2, 2);
  if (!day || !take(text, '.')) return std::nullopt;
  const auto month = take_number(text, 2, 2);
  if (!month || !take(text, '.')) return std::nullopt;
  const auto year = take_number(text, 4, 4);
  if (!year) return std::nullopt;
  return day_of(*year, *month, *day);
}

std::string dotted_day(Day day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:02}.{:02}.{:04}", static_cast<unsigned>(date.day()),
                     static_cast<unsigned>(date.month()), static_cast<int>(date.year()));
}

std::optional<int> parse_clock(std::string_view text) {
  if (text.size() != 5 || !is_ascii(text)) return std::nullopt;
  const auto hour = take_number(text, 2, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2, 2);
  if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
  return *hour * 60 + *minute;
}

std::string format_clock(int minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

std::vector<DaySlot> slots_of(std::string_view span) {
  constexpr std::size_t kInstant = std::string_view("2026-12-01T19:00").size();
  const std::size_t slash = span.find('/');
  if (slash != kInstant) return {};
  const auto first = parse_iso_day(span.substr(0, 10));
  const auto from = parse_clock(span.substr(11, 5));
  const std::string_view end = span.substr(slash + 1);
  const bool dated = end.size() == kInstant;
  const auto to = parse_clock(dated ? end.substr(11) : end);
  if (!first || !from || !to) return {};
  Day last = *to > *from ? *first : *first + std::chrono::days(1);
  if (dated) {
    const auto day = parse_iso_day(end.substr(0, 10));
    if (!day) return {};
    last = *day;
  }
  std::vector<DaySlot> slots;
  for (Day day = *first; day <= last; day += std::chrono::days(1)) {
    const DaySlot slot{
        .day = day, .from = day == *first ? *from : 0, .to = day == last ? *to : kMinutesOfADay};
    if (slot.from < slot.to) slots.push_back(slot);
  }
  return slots;
}

std::string span_of(const DaySlot& slot) {
  return fmt::format("{}T{}/{}", iso_day(slot.day), format_clock(slot.from), format_clock(slot.to));
}

}  // namespace holdfast::net::legacy
