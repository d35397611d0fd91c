#include "migrations/import/loose_time.h"

#include <fmt/format.h>

#include <optional>

#include "engine/arguments.h"
#include "engine/calendar.h"

namespace holdfast::migrations {

using engine::quoted;
using storage::Code;
using storage::error;
using storage::Result;

namespace {

// The number of `least` to `most` digits that `rest` begins with, taken from it.
std::optional<int> take_number(std::string_view& rest, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t digits = 0;
  while (digits < most && digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') {
    value = value * 10 + (rest[digits++] - '0');
  }
  if (digits < least) return std::nullopt;
  rest.remove_prefix(digits);
  return value;
}

bool take(std::string_view& rest, char letter) {
  if (!rest.starts_with(letter)) return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

Result<std::int32_t> parse_loose_date(std::string_view text, char separator) {
  std::string_view rest = text;
  const auto year = take_number(rest, 4, 4);
  const bool after_year = take(rest, separator);
  const auto month = take_number(rest, 1, 2);
  const bool after_month = take(rest, separator);
  const auto day = take_number(rest, 1, 2);
  if (!year || !after_year || !month || !after_month || !day || !rest.empty()) {
    return error(Code::kBadValue, fmt::format("date {} is not like 2026{}12{}01", quoted(text),
                                              separator, separator));
  }
  return engine::parse_date(fmt::format("{:04}-{:02}-{:02}", *year, *month, *day));
}

Result<std::int32_t> parse_loose_time(std::string_view text) {
  std::string_view rest = text;
  const auto hour = take_number(rest, 1, 2);
  const bool colon = take(rest, ':');
  const auto minute = take_number(rest, 1, 2);
  if (!hour || !colon || !minute || !rest.empty()) {
    return error(Code::kBadValue, fmt::format("time {} is not like 19:30", quoted(text)));
  }
  if (*hour > 23 || *minute > 59) {
    return error(Code::kBadValue, fmt::format("time {} does not exist", quoted(text)));
  }
  return *hour * 60 + *minute;
}

}  // namespace holdfast::migrations
