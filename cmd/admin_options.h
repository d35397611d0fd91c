// What holdfast-admin, the maintenance shell, can be told on its command line.

#pragma once

#include <string>
#include <vector>

#include "cmd/option_table.h"

namespace holdfast::cmd {

struct AdminOptions {
  bool help = false;
  bool version = false;

  std::string data;                   // a data directory: offline
  std::string socket;                 // a server's admin socket: online
  std::vector<std::string> commands;  // run in order; empty: from standard input or a prompt
  bool json = false;
  bool yes = false;
};

// The table, bound to `into`: rows point into it and must not outlive it.
std::vector<Option> admin_options(AdminOptions& into);

// Error kUsage.
Result<AdminOptions> load_admin_options(const std::vector<std::string>& arguments);

std::string admin_help();

}  // namespace holdfast::cmd
