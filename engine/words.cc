#include "engine/words.h"

#include <algorithm>

namespace holdfast::engine {

std::string lower(std::string_view word) {
  std::string lowered(word);
  for (char& letter : lowered) letter = lower(letter);
  return lowered;
}

std::string upper(std::string_view word) {
  std::string raised(word);
  for (char& letter : raised) letter = upper(letter);
  return raised;
}

std::optional<std::string_view> find_choice(std::string_view choices, std::string_view word) {
  while (!choices.empty()) {
    const std::string_view choice = choices.substr(0, choices.find('|'));
    if (equal_words(choice, word)) return choice;
    choices.remove_prefix(std::min(choice.size() + 1, choices.size()));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) {
    ++at;
    return first;
  }
  std::size_t size = 0;
  std::uint32_t least = 0;
  if (first >= 0xc2 && first <= 0xdf) {
    size = 2;
    least = 0x80;
  } else if (first >= 0xe0 && first <= 0xef) {
    size = 3;
    least = 0x800;
  } else if (first >= 0xf0 && first <= 0xf4) {
    size = 4;
    least = 0x10000;
  } else {
    return std::nullopt;
  }
  if (text.size() - at < size) return std::nullopt;
  std::uint32_t point = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (byte & 0x3fU);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < least || point > 0x10ffff || surrogate) return std::nullopt;
  at += size;
  return point;
}

}  // namespace holdfast::engine
