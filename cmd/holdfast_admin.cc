// holdfast-admin: the maintenance shell.

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "admin/shell.h"
#include "admin/target.h"
#include "cmd/admin_options.h"
#include "cmd/bus_errors.h"
#include "cmd/importing.h"
#include "cmd/program.h"
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
    fmt::print(stderr, "holdfast-admin: {}\n", printable(target.error().with_facts()));
    return admin::ExitCode::kFailed;
  }
  AdminConsole console(options, std::move(*target));
  if (!options.commands.empty()) return console.run_commands();
  if (::isatty(STDIN_FILENO) == 0) return console.run_script(std::cin);
  return console.run_prompt();
}

}  // namespace
}  // namespace holdfast::cmd

int main(int argc, char** argv) {
  using namespace holdfast::cmd;
  catch_bus_errors("holdfast-admin", static_cast<int>(holdfast::admin::ExitCode::kFailed));
  return run_program("holdfast-admin", load_admin_options({argv + 1, argv + argc}), admin_help,
                     static_cast<int>(holdfast::admin::ExitCode::kUsage), converse);
}
