// holdfast-admin: the maintenance shell.

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "admin/shell.h"
#include "admin/target.h"
#include "cmd/admin_options.h"
#include "cmd/importing.h"
#include "cmd/terminal/admin_console.h"
#include "migrations/carrying_up.h"
#include "migrations/registry.h"

namespace holdfast::cmd {
namespace {

admin::Migrating migrating() {
  admin::Migrating known;
  for (const auto& schema : migrations::registry()) {
    known.schemas.push_back({schema.version, std::string(schema.name)});
  }
  known.carry_up = migrations::carry_up;
  return known;
}

admin::ExitCode converse(const AdminOptions& options) {
  auto target = admin::Target::open({.directory = options.data,
                                     .socket = options.socket,
                                     .schema_version = migrations::current().version,
                                     .migrating = migrating(),
                                     .importing = legacy_importing()});
  if (!target) {
    fmt::print(stderr, "holdfast-admin: {}\n", printable(target.error().message()));
    return admin::ExitCode::kFailed;
  }
  AdminConsole console(options, std::move(*target));
  if (!options.commands.empty()) return console.run_commands();
  if (::isatty(STDIN_FILENO) == 0) return console.run_script(std::cin);
  return console.run_prompt();
}

int run(const std::vector<std::string>& arguments) {
  const auto options = load_admin_options(arguments);
  if (!options) {
    fmt::print(stderr, "holdfast-admin: {}\nTry: holdfast-admin --help\n",
               options.error().message());
    return static_cast<int>(admin::ExitCode::kUsage);
  }
  if (options->help) {
    fmt::print("{}", admin_help());
    return 0;
  }
  if (options->version) {
    fmt::print("holdfast-admin {}\n", HOLDFAST_VERSION);
    return 0;
  }
  return static_cast<int>(converse(*options));
}

}  // namespace
}  // namespace holdfast::cmd

int main(int argc, char** argv) {
  return holdfast::cmd::run({argv + 1, argv + argc});
}
