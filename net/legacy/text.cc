#include "net/legacy/text.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/words.h"

namespace holdfast::net::legacy {
namespace {

// The zero of each set of decimal digits; the other nine follow it. No library of ours knows them:
// those that do weigh tens of megabytes.
constexpr std::array<std::uint32_t, 66> kZeros = {
    0x0030,  0x0660,  0x06f0,  0x07c0,  0x0966,  0x09e6,  0x0a66,  0x0ae6,  0x0b66,  0x0be6,
    0x0c66,  0x0ce6,  0x0d66,  0x0de6,  0x0e50,  0x0ed0,  0x0f20,  0x1040,  0x1090,  0x17e0,
    0x1810,  0x1946,  0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,
    0xa8d0,  0xa900,  0xa9d0,  0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
    0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0};
static_assert(std::ranges::is_sorted(kZeros));

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

// str.isspace() of one character.
bool is_blank(std::uint32_t point) {
  switch (point) {
    case 0x20:
    case 0x85:
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x3000:
      return true;
    default:
      return (point >= 0x09 && point <= 0x0d) || (point >= 0x1c && point <= 0x1f) ||
             (point >= 0x2000 && point <= 0x200a);
  }
}

// The code point at `at`, which moves behind it. A byte that is no UTF-8 is a point of its own that
// is neither blank nor digit.
std::uint32_t next_point(std::string_view text, std::size_t& at) {
  constexpr std::uint32_t kNone = 0xffffffff;
  if (const auto point = engine::next_code_point(text, at)) return *point;
  ++at;
  return kNone;
}

// Where the last field that ends before `end` begins and the blanks before `end` begin.
struct Edge {
  std::size_t field = 0;   // begin of the last field
  std::size_t blanks = 0;  // end of the last field
};
Edge last_edge(std::string_view text) {
  Edge edge;
  bool after_blank = true;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const bool blank = is_blank(next_point(text, at));
    if (!blank) {
      if (after_blank) edge.field = begin;
      edge.blanks = at;
    }
    after_blank = blank;
  }
  return edge;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// int() asks C about ASCII text, and C knows fewer blanks than str.isspace().
std::string_view stripped_number(std::string_view text) {
  if (!is_ascii(text)) return stripped(text);
  constexpr std::string_view kBlanks = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Message first_message(std::string_view input) {
  const std::size_t end = input.find('\n');
  Message message{.text = input.substr(0, end),
                  .consumed = end == std::string_view::npos ? input.size() : end + 1};
  message.too_long = message.text.size() > kMaxMessageBytes;
  while (message.text.ends_with('\r')) message.text.remove_suffix(1);
  return message;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!engine::next_code_point(text, at)) return false;
  }
  return true;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t points = 0;
  for (std::size_t at = 0; at < text.size(); ++points) next_point(text, at);
  return points;
}

std::string_view stripped(std::string_view text) {
  text = text.substr(0, last_edge(text).blanks);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (!is_blank(next_point(text, at))) return text.substr(begin);
  }
  return {};
}

std::string_view last_field(std::string_view text) {
  const Edge edge = last_edge(text);
  return text.substr(edge.field, edge.blanks - edge.field);
}

std::optional<int> decimal_digit(std::uint32_t point) {
  const auto* const above = std::ranges::upper_bound(kZeros, point);
  if (above == kZeros.begin()) return std::nullopt;
  const std::uint32_t digit = point - *(above - 1);
  if (digit > 9) return std::nullopt;
  return static_cast<int>(digit);
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  text = stripped_number(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  bool after_digit = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = next_point(text, at);
    if (point == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    const auto digit = decimal_digit(point);
    if (!digit) return std::nullopt;
    number = number > (kLargest - *digit) / 10 ? kLargest : number * 10 + *digit;
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  return negative ? -number : number;
}

}  // namespace holdfast::net::legacy
