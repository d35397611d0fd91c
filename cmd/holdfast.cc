// holdfast: the terminal client.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "cmd/client_options.h"
#include "cmd/program.h"
#include "cmd/terminal/console.h"

namespace holdfast::cmd {
namespace {

Outcome converse(const ClientOptions& options) {
  std::ifstream file;
  const bool from_file = !options.file.empty() && options.file != "-";
  if (from_file) {
    file.open(options.file);
    if (!file) {
      fmt::print(stderr, "holdfast: cannot read {}\n", options.file);
      return Outcome::kUsage;
    }
  }
  Console console(options);
  const auto connected = console.connect();
  if (connected != Outcome::kDone) return connected;
  if (!options.command.empty()) return console.run_once(options.command);
  if (from_file) return console.run_script(file, options.file);
  if (options.file == "-" || ::isatty(STDIN_FILENO) == 0) {
    return console.run_script(std::cin, "standard input");
  }
  return console.run_prompt();
}

}  // namespace
}  // namespace holdfast::cmd

int main(int argc, char** argv) {
  using namespace holdfast::cmd;
  return run_program("holdfast", load_client_options({argv + 1, argv + argc}), client_help,
                     static_cast<int>(Outcome::kUsage), converse);
}
