#include "cmd/option_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace holdfast::cmd {
namespace {

struct Scale {
  std::string_view suffix;
  std::int64_t factor;
};
constexpr std::array<Scale, 5> kSizes = {{{"TiB", std::int64_t{1} << 40},
                                          {"GiB", std::int64_t{1} << 30},
                                          {"MiB", std::int64_t{1} << 20},
                                          {"KiB", std::int64_t{1} << 10},
                                          {"", 1}}};
constexpr std::array<Scale, 5> kDurations = {{{"d", 86'400'000'000},
                                              {"h", 3'600'000'000},
                                              {"m", 60'000'000},
                                              {"s", 1'000'000},
                                              {"ms", 1'000}}};

// A whole number and one of the suffixes, in the smallest unit; false if it is none or overflows.
bool parse_scaled(std::string_view text, std::span<const Scale> scales, std::int64_t& value) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  std::int64_t number = 0;
  if (!parse_whole(text.substr(0, digits), number)) return false;
  const auto suffix = trimmed(text.substr(digits));
  const auto scale = std::ranges::find(scales, suffix, &Scale::suffix);
  return scale != scales.end() && !__builtin_mul_overflow(number, scale->factor, &value);
}

// In the largest unit that divides it.
std::string format_scaled(std::int64_t value, std::span<const Scale> scales) {
  if (value == 0) return "0";
  for (const auto& [suffix, factor] : scales) {
    if (value % factor == 0) return fmt::format("{}{}", value / factor, suffix);
  }
  return fmt::format("{}", value);
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool parse_whole(std::string_view text, std::int64_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc() && end == text.data() + text.size() && number >= 0;
}

Result<std::int64_t> parse_size(std::string_view text) {
  std::int64_t bytes = 0;
  if (parse_scaled(text, kSizes, bytes)) return bytes;
  return error(
      Code::kConfig,
      fmt::format("\"{}\" is not a size (bytes, or a whole number of KiB, MiB, GiB, TiB)", text));
}

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t us = 0;
  if (text == "0" || parse_scaled(text, kDurations, us)) return Duration{us};
  return error(Code::kConfig,
               fmt::format("\"{}\" is not a duration (a whole number of ms, s, m, h or d)", text));
}

std::string format_size(std::int64_t bytes) {
  return format_scaled(bytes, kSizes);
}

std::string format_duration(Duration duration) {
  return format_scaled(duration.us, kDurations);
}

}  // namespace holdfast::cmd
