// Progress: tells people how far something long has come, once a second at most, and nothing at all
// of what is quicker.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace holdfast::migrations {

// Takes a line, without its end. One thread.
using ProgressSink = std::function<void(std::string_view line)>;

class Progress {
 public:
  static constexpr std::chrono::seconds kInterval{1};

  // `sink` outlives it; an empty one hears nothing.
  Progress(std::string what, std::size_t total, const ProgressSink& sink);
  void reached(std::size_t done);

 private:
  std::string what_;
  std::size_t total_;
  const ProgressSink& sink_;
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace holdfast::migrations
