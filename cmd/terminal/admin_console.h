// AdminConsole: the maintenance shell's conversation: commands of the command line, a script, or a
// prompt.

#pragma once

#include <istream>
#include <string>

#include "admin/shell.h"
#include "admin/target.h"
#include "cmd/admin_options.h"
#include "cmd/terminal/admin_output.h"

namespace holdfast::cmd {

class AdminConsole {
 public:
  AdminConsole(const AdminOptions& options, admin::Target target);
  AdminConsole(const AdminConsole&) = delete;
  AdminConsole& operator=(const AdminConsole&) = delete;

  // Each runs commands until one fails and returns what the program ends with; complaints go to
  // standard error.
  admin::ExitCode run_commands();
  admin::ExitCode run_script(std::istream& input);
  // Goes on after a failure, until the end of input or `exit`.
  admin::ExitCode run_prompt();

 private:
  admin::ExitCode run_line(const std::string& line);

  const AdminOptions& options_;
  admin::Target target_;
  AdminOutput output_;
  admin::Shell shell_;
};

}  // namespace holdfast::cmd
