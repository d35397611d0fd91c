// Settings of a run, from the environment. One that makes no sense ends the test with an error; it
// never means the default.

#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <random>
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

// Where a test that draws its cases begins: the number in the variable `name`. If it is not set,
// always the same, so that two runs of the suite are the same run; if it is "draw", a new one. The
// test says which it was when it fails.
inline std::uint64_t seed_setting(const char* name) {
  const char* found = std::getenv(name);
  if (found != nullptr && std::string_view(found) == "draw") return std::random_device()();
  return setting(name, 1, 0, ~std::uint64_t{0});
}

}  // namespace holdfast::test
