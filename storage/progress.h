// Progress: what long work says of itself while it runs, and how it is told to stop.

#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "storage/status.h"

namespace holdfast::storage {

struct Progress {
  std::string_view stage;   // "copying the base": lives during the call
  std::uint64_t done = 0;   // of `total`, in the stage's own unit
  std::uint64_t total = 0;  // 0: not known
};

// Called now and then on the thread that works; false: stop. May be empty.
using ReportProgress = std::function<bool(const Progress&)>;

// kBusy when the work is to stop.
inline Result<void> report(const ReportProgress& progress, std::string_view stage,
                           std::uint64_t done = 0, std::uint64_t total = 0) {
  if (progress && !progress({stage, done, total})) return error(Code::kBusy, "stopped");
  return {};
}

}  // namespace holdfast::storage
