// The workload of an evening: most look, some book, a few cancel.

#pragma once

#include <memory>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {

std::unique_ptr<Workload> make_mixed();

}  // namespace holdfast::cmd
