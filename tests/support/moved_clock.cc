#include "tests/support/moved_clock.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

#include "tests/support/temp_directory.h"

namespace holdfast::test {

MovedClock::MovedClock(std::filesystem::path file) : file_(std::move(file)) {
  write_file(file_, std::string(sizeof(std::int64_t), '\0'));
}

// In place, and never shorter: the process has it mapped.
void MovedClock::move(std::int64_t seconds) {
  std::string bytes(sizeof seconds, '\0');
  std::memcpy(bytes.data(), &seconds, sizeof seconds);
  std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + file_.string());
}

std::vector<std::string> MovedClock::environment() const {
  return {fmt::format("LD_PRELOAD={}", HOLDFAST_CLOCK_STEP_PATH),
          fmt::format("HOLDFAST_CLOCK_STEP={}", file_.string())};
}

}  // namespace holdfast::test
