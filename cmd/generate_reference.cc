// holdfast_reference: writes or checks the files that are made from the command and option tables.

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "cmd/reference.h"

int main(int argc, char** argv) {
  const std::string_view action = argc == 3 ? argv[1] : "";
  if (action == "--write") {
    const auto written = holdfast::cmd::write_reference(argv[2]);
    if (written) return 0;
    fmt::print(stderr, "holdfast_reference: {}\n", written.error().message());
    return 1;
  }
  if (action == "--check") {
    const auto outdated = holdfast::cmd::outdated_reference(argv[2]);
    for (const auto& path : outdated) {
      fmt::print(stderr, "{}/{} is not what the tables say; run holdfast_reference --write {}\n",
                 argv[2], path, argv[2]);
    }
    return outdated.empty() ? 0 : 1;
  }
  fmt::print(stderr, "Usage: holdfast_reference --write DIR | --check DIR\n");
  return 2;
}
