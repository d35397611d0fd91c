// Dates and times as the old programs wrote them, and as the engine does.
//
// Everything here is pure. Days are of the venue's calendar.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::legacy {

using Day = std::chrono::sys_days;

// strptime(text, "%Y-%m-%d"): a year of four digits from 0001 on, month and day of one or two
// digits, decimal digits of any script; nothing around them. Dates that exist.
std::optional<Day> parse_iso_day(std::string_view text);
// "2026-12-01", as the engine writes and takes it.
std::string iso_day(Day day);

// "01.12.2026": two, two and four ASCII digits; dates that exist.
std::optional<Day> parse_dotted_day(std::string_view text);
std::string dotted_day(Day day);

// Minutes since midnight of "19:05", 00:00 to 23:59.
std::optional<int> parse_clock(std::string_view text);
// "19:05"; 1440 is "24:00".
std::string format_clock(int minute);

// A slot of one day.
struct DaySlot {
  Day day;
  int from = 0;  // minutes since midnight
  int to = 0;    // at most 1440
  auto operator<=>(const DaySlot&) const = default;
};

// The slots of "2026-12-01T19:00/21:00" or ".../2026-12-03T10:00", one for each day it touches;
// none when it is no span of slots.
std::vector<DaySlot> slots_of(std::string_view span);
// The same the other way.
std::string span_of(const DaySlot& slot);

}  // namespace holdfast::net::legacy
