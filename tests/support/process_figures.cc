#include "tests/support/process_figures.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <system_error>

namespace holdfast::test {

std::uint64_t anonymous_bytes(pid_t process) {
  std::ifstream status(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stoull(line.substr(8)) * 1024;
  }
  throw std::runtime_error(fmt::format("process {} tells nothing of its memory", process));
}

std::uint64_t open_descriptors(pid_t process) {
  const std::filesystem::directory_iterator entries(fmt::format("/proc/{}/fd", process));
  return static_cast<std::uint64_t>(std::distance(begin(entries), end(entries)));
}

void allow_descriptors(std::uint64_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw std::system_error(errno, std::generic_category(), "getrlimit");
  }
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < wanted) {
    throw std::runtime_error(
        fmt::format("{} open files are allowed, the test needs {}", limit.rlim_cur, wanted));
  }
}

}  // namespace holdfast::test
