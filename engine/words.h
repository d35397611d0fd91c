// Words: comparing the words of a request, and reading text code point by code point.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::engine {

constexpr char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}
constexpr char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}
std::string lower(std::string_view word);
std::string upper(std::string_view word);

// ASCII letters compare without case; other bytes as they are.
constexpr bool equal_words(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (upper(a[i]) != upper(b[i])) return false;
  }
  return true;
}

// The one of "a|b|c" that `word` is, as it stands there; nothing if it is none.
std::optional<std::string_view> find_choice(std::string_view choices, std::string_view word);

// The code point at `at`, which moves behind it; nothing, and `at` unchanged, when the bytes there
// are no UTF-8 (overlong forms, surrogates and numbers over 0x10ffff are none). REQUIRES: at <
// text.size().
std::optional<std::uint32_t> next_code_point(std::string_view text, std::size_t& at);

constexpr bool is_control(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

}  // namespace holdfast::engine
