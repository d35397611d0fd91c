// The configuration file: whatever a person wrote is refused, naming the line, or taken; and what
// was taken can be written down as a file that means the same.

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/options.h"
#include "storage/check.h"

namespace {

namespace cmd = holdfast::cmd;

// One line "key = value" for each value of the row.
std::string file_lines(const cmd::Option& option) {
  const auto list = [&](const auto& values) {
    std::string text;
    for (const auto& value : values) text += fmt::format("{} = {}\n", option.key, value);
    return text;
  };
  if (auto* const* words = std::get_if<std::vector<std::string>*>(&option.target)) {
    return list(**words);
  }
  if (auto* const* numbers = std::get_if<std::vector<std::int64_t>*>(&option.target)) {
    return list(**numbers);
  }
  const std::string value = cmd::current_value(option);
  // A row without a value has no line: an empty one may not be allowed.
  return value.empty() ? std::string() : fmt::format("{} = {}\n", option.key, value);
}

struct Loaded {
  bool accepted = false;
  std::string file;  // what says the same
};

Loaded load(std::string_view text) {
  cmd::DaemonOptions options;
  const auto table = cmd::daemon_options(options);
  cmd::set_defaults(table);
  const auto read = cmd::read_configuration_text(table, "holdfast.conf", text);
  if (!read) {
    CHECK(read.error().message().starts_with("holdfast.conf:"), "{}", read.error().message());
    return {};
  }
  Loaded loaded{.accepted = true, .file = {}};
  for (const auto& option : table) {
    if (!option.key.empty()) loaded.file += file_lines(option);
  }
  return loaded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Loaded first = load({reinterpret_cast<const char*>(data), size});
  if (!first.accepted) return 0;
  const Loaded second = load(first.file);
  CHECK(second.accepted && second.file == first.file, "first {} second {}", first.file,
        second.file);
  return 0;
}
