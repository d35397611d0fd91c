#include "tests/crash/strace_log.h"

#include <charconv>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string_view>

namespace holdfast::test {
namespace {

// "\x48\x46" -> "HF"; the quoted parts of `text`, one after the other.
std::string decoded_strings(std::string_view text) {
  std::string bytes;
  while (true) {
    const auto open = text.find('"');
    if (open == std::string_view::npos) return bytes;
    text.remove_prefix(open + 1);
    const auto close = text.find('"');
    auto hex = text.substr(0, close);
    for (; hex.size() >= 4 && hex.starts_with("\\x"); hex.remove_prefix(4)) {
      unsigned value = 0;
      std::from_chars(hex.data() + 2, hex.data() + 4, value, 16);
      bytes += static_cast<char>(value);
    }
    if (close == std::string_view::npos) return bytes;
    text.remove_prefix(close + 1);
  }
}

// "pwrite64(7</data/journal/1>, "..." -> "/data/journal/1"
std::string path_of_descriptor(std::string_view call) {
  const auto open = call.find('(');
  auto argument = call.substr(open + 1);
  argument = argument.substr(0, argument.find_first_of(",)"));
  const auto less = argument.find('<');
  if (less == std::string_view::npos) return "";
  auto path = argument.substr(less + 1);
  if (path.ends_with('>')) path.remove_suffix(1);
  // With -xx paths are in hexadecimal too.
  if (path.starts_with("\\x")) return decoded_strings('"' + std::string(path) + '"');
  return std::string(path);
}

std::int64_t result_of(std::string_view line) {
  const auto equals = line.rfind(" = ");
  std::int64_t value = 0;
  if (equals != std::string_view::npos) {
    std::from_chars(line.data() + equals + 3, line.data() + line.size(), value);
  }
  return value;
}

}  // namespace

// Lines are "PID name(arguments) = result", or split in two by another thread's call:
// "PID name(arguments <unfinished ...>" and "PID <... name resumed>...) = result".
std::vector<SystemCall> read_strace_log(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::vector<SystemCall> calls;
  std::map<std::string, std::size_t, std::less<>> unfinished;  // thread -> index in calls
  std::string text;
  for (std::size_t order = 1; std::getline(file, text); ++order) {
    const std::string_view line(text);
    const auto blank = line.find(' ');
    const std::string thread(line.substr(0, blank));
    auto rest = line.substr(blank == std::string_view::npos ? line.size() : blank);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.starts_with("<... ")) {
      const auto found = unfinished.find(thread);
      if (found == unfinished.end()) continue;
      auto& call = calls[found->second];
      call.end = order;
      call.result = result_of(rest);
      call.bytes += decoded_strings(rest);
      unfinished.erase(found);
    } else if (const auto open = rest.find('('); open != std::string_view::npos && rest[0] != '+') {
      SystemCall call;
      call.name = rest.substr(0, open);
      call.file = path_of_descriptor(rest);
      call.bytes = decoded_strings(rest.substr(open));
      call.begin = order;
      if (rest.ends_with("<unfinished ...>")) {
        unfinished[thread] = calls.size();
      } else {
        call.end = order;
        call.result = result_of(rest);
      }
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

}  // namespace holdfast::test
