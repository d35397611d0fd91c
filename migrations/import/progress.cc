#include "migrations/import/progress.h"

#include <fmt/format.h>

namespace holdfast::migrations {

Progress::Progress(std::string what, std::size_t total, const ProgressSink& sink)
    : what_(std::move(what)), total_(total), sink_(sink) {
}

void Progress::reached(std::size_t done) {
  const auto now = std::chrono::steady_clock::now();
  if (!sink_ || now - told_ < kInterval) return;
  told_ = now;
  sink_(fmt::format("{}: {} of {}", what_, done, total_));
}

}  // namespace holdfast::migrations
