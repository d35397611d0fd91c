#include "tests/support/numbers.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace holdfast::test {

Numbers::Numbers(const std::string& prefix, const std::vector<std::string>& known) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (!text.starts_with(prefix)) continue;
    const std::size_t equals = text.find('=');
    const std::string name(text.substr(prefix.size(), equals - prefix.size()));
    const std::string_view value = text.substr(equals + 1);
    if (std::ranges::find(known, name) == known.end()) {
      throw std::runtime_error(fmt::format("{}{} is not known here; there are {}", prefix, name,
                                           fmt::join(known, ", ")));
    }
    const auto [end, failure] =
        std::from_chars(value.data(), value.data() + value.size(), given_[name]);
    if (failure != std::errc() || end != value.data() + value.size()) {
      throw std::runtime_error(
          fmt::format("{}{}={} is no whole number from 0 on", prefix, name, value));
    }
  }
}

std::uint64_t Numbers::get(const std::string& name, std::uint64_t otherwise) const {
  const auto found = given_.find(name);
  return found == given_.end() ? otherwise : found->second;
}

}  // namespace holdfast::test
