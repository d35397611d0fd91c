#include "net/web/request.h"

#include <algorithm>

#include "engine/words.h"

namespace holdfast::net::web {
namespace {

std::optional<int> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char letter = engine::lower(digit);
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return std::nullopt;
}

}  // namespace

std::string_view Request::field(std::string_view name) const {
  for (const auto& [known, value] : fields) {
    if (engine::equal_words(known, name)) return value;
  }
  return {};
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields, [name](const auto& field) { return engine::equal_words(field.first, name); }));
}

std::optional<std::string> percent_decoded(std::string_view text, bool in_query) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char letter = text[i];
    if (letter == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      letter = static_cast<char>(*high * 16 + *low);
      i += 2;
    } else if (letter == '+' && in_query) {
      letter = ' ';
    }
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) return std::nullopt;
    decoded += letter;
  }
  return decoded;
}

std::optional<QueryPairs> query_pairs(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = percent_decoded(pair.substr(0, equals), true);
    auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(*std::move(name), *std::move(value));
  }
  return pairs;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  const auto pairs = query_pairs(query);
  if (!pairs) return std::nullopt;
  for (const auto& [known, value] : *pairs) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::net::web
