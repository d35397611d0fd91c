// What the programs at a terminal do with their command line before their work begins, and what
// clients exit with.

#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "storage/status.h"

namespace holdfast::cmd {

enum class Outcome : std::uint8_t {
  kDone = 0,
  kRefused = 1,       // the server answered with an error
  kUsage = 2,         // the command line, or a password that could not be had
  kNoConnection = 3,  // or it was lost
};

// Complains of options that are wrong, which ends in `usage`; shows `help` or the version when that
// is asked for; otherwise goes on to `converse`, whose status it is.
template <typename Options, typename Converse>
int run_program(std::string_view name, const storage::Result<Options>& options,
                std::string (*help)(), int usage, const Converse& converse) {
  if (!options) {
    fmt::print(stderr, "{}: {}\nTry: {} --help\n", name, options.error().message(), name);
    return usage;
  }
  if (options->help) {
    fmt::print("{}", help());
    return 0;
  }
  if (options->version) {
    fmt::print("{} {}\n", name, HOLDFAST_VERSION);
    return 0;
  }
  return static_cast<int>(converse(*options));
}

}  // namespace holdfast::cmd
