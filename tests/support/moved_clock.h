// MovedClock: the wall clock of a process under test, moved by hand while it runs. The process
// loads a library (clock_step.cc) that adds a step, read from a file, to CLOCK_REALTIME.
//
//   MovedClock clock(directory / "clock");
//   Daemon daemon(data, {..., .environment = clock.environment()});
//   clock.move(-3600);   // an hour behind, from now on

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::test {

class MovedClock {
 public:
  explicit MovedClock(std::filesystem::path file);

  // Seconds by which the process's wall clock is ahead of the true one.
  void move(std::int64_t seconds);
  std::vector<std::string> environment() const;

 private:
  std::filesystem::path file_;
};

}  // namespace holdfast::test
