#include "storage/process_memory.h"

#include <charconv>
#include <fstream>
#include <string>
#include <string_view>

namespace holdfast::storage {

std::uint64_t anonymous_bytes() {
  constexpr std::string_view kName = "RssAnon:";
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(kName)) continue;
    const auto digits = line.find_first_of("0123456789");
    if (digits == std::string::npos) return 0;
    std::uint64_t kibibytes = 0;
    std::from_chars(line.data() + digits, line.data() + line.size(), kibibytes);
    return kibibytes * 1024;
  }
  return 0;
}

}  // namespace holdfast::storage
