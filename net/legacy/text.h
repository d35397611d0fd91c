// Text as the old programs took it. They were written in Python, so numbers, blanks and letters
// are what Python calls so; and a message was what one recv(1024) brought.
//
// Everything here is pure. Views are into the argument.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::net::legacy {

// What the old programs read and sent at once. A longer reply would be cut by them, and its rest
// taken for the next one.
inline constexpr std::size_t kMaxMessageBytes = 1024;

// The message at the front of what a read brought: up to LF, which the old clients never send but a
// person does, or everything. A line end is not part of it.
struct Message {
  std::string_view text;
  std::size_t consumed = 0;
  bool too_long = false;  // more than kMaxMessageBytes; `text` is not to be used
};
// REQUIRES: `input` is not empty.
Message first_message(std::string_view input);

bool is_utf8(std::string_view text);

// ---- of UTF-8; what is none is taken byte by byte, as no blank and no digit

std::size_t count_code_points(std::string_view text);
// Without the blanks (str.isspace) at both ends.
std::string_view stripped(std::string_view text);
// The last of the fields between blanks; empty when there is none.
std::string_view last_field(std::string_view text);
// 0..9 for a decimal digit of any script, as int() takes it (Unicode 14, category Nd).
std::optional<int> decimal_digit(std::uint32_t point);
// int(text): blanks at both ends, a sign, decimal digits of any script with single underscores
// between them. What no 64 bits hold becomes the largest or least that they do.
std::optional<std::int64_t> parse_int(std::string_view text);

}  // namespace holdfast::net::legacy
