// Settings of a run, from the environment. One that makes no sense ends the test with an error; it
// never means the default.

#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace holdfast::test {

// The number in the variable `name`, `otherwise` if it is not set.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise, std::uint64_t least,
                             std::uint64_t most) {
  const char* found = std::getenv(name);
  if (found == nullptr) return otherwise;
  const std::string_view text(found);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    throw std::runtime_error(std::string(name) + "='" + found + "' is not a number from " +
                             std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

}  // namespace holdfast::test
