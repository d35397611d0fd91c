// The workload of several offerings in one command.

#pragma once

#include <memory>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {

std::unique_ptr<Workload> make_bundle();

}  // namespace holdfast::cmd
