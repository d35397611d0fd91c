#include "engine/names.h"

#include <fmt/format.h>

#include <cstdint>

#include "engine/words.h"

namespace holdfast::engine {

namespace {

bool is_plain(std::uint32_t point) {
  return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') ||
         (point >= '0' && point <= '9') || point == '-' || point == '_' || point == '.';
}

// Blanks, controls, marks of direction and the like, private use: what cannot be seen or typed
// again. The rest beyond ASCII is taken as it is; a table of all scripts is not worth its size.
bool is_invisible(std::uint32_t point) {
  return point <= 0xa0 || point == 0xad || (point >= 0x2000 && point <= 0x200f) ||
         (point >= 0x2028 && point <= 0x202f) || (point >= 0x205f && point <= 0x206f) ||
         point == 0x3000 || (point >= 0xe000 && point <= 0xf8ff) || point == 0xfeff ||
         (point >= 0xfff0 && point <= 0xffff) || point >= 0xe0000;
}

}  // namespace

Result<void> check_name(std::string_view what, std::string_view name, std::size_t most_bytes) {
  if (name.empty()) return error(Code::kBadValue, fmt::format("{} is empty", what));
  if (name.size() > most_bytes) {
    return error(Code::kLimit,
                 fmt::format("{} of {} bytes is longer than {}", what, name.size(), most_bytes));
  }
  for (std::size_t at = 0; at < name.size();) {
    const auto point = next_code_point(name, at);
    if (!point) return error(Code::kBadValue, fmt::format("{} is not UTF-8", what));
    if (*point < 0x80 ? is_plain(*point) : !is_invisible(*point)) continue;
    if (*point <= ' ' || *point >= 0x7f) {
      return error(Code::kBadValue, fmt::format("{} holds a blank or a control character", what));
    }
    return error(Code::kBadValue, fmt::format("{} \"{}\" holds '{}': letters, digits and -_. only",
                                              what, name, static_cast<char>(*point)));
  }
  return {};
}

}  // namespace holdfast::engine
