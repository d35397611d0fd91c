// The result of a load, for people and for programs.

#pragma once

#include <string>

#include "cmd/bench/measured.h"
#include "cmd/bench_options.h"

namespace holdfast::cmd {

// Lines for people; nothing that was refused or left out is hidden.
std::string bench_text(const BenchOptions& options, const Measured& measured);
// One line; times in microseconds.
std::string bench_json(const BenchOptions& options, const Measured& measured);

}  // namespace holdfast::cmd
