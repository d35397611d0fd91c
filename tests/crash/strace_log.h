// StraceLog: what `strace -f -y -xx -e trace=...` wrote, as a list of calls in the order of time,
// for showing that one thing happened before another.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace holdfast::test {

struct SystemCall {
  std::string name;
  std::string file;       // path of the first argument's descriptor; "" if it has none
  std::string bytes;      // all string arguments, decoded, as far as strace shows them
  std::size_t begin = 0;  // place in the order of beginnings and ends
  std::size_t end = 0;    // 0: never returned
  std::int64_t result = 0;
};

std::vector<SystemCall> read_strace_log(const std::filesystem::path& path);

}  // namespace holdfast::test
