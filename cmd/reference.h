// The generated files: everything in etc/ that the command table and the option tables know.
//
// They are committed, so that people can read them without building; a test compares.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/status.h"

namespace holdfast::cmd {

struct ReferenceFile {
  std::string_view path;  // below etc/
  std::string text;
};

// All of them, freshly made.
std::vector<ReferenceFile> reference_files();

// Writes them below `directory`, making folders as needed. Error kIo.
storage::Result<void> write_reference(const std::string& directory);

// The paths below `directory` that are missing or differ from what would be written now.
std::vector<std::string> outdated_reference(const std::string& directory);

// Each kind by itself.
std::string command_reference();
std::string configuration_reference();
std::string sample_configuration();
std::string daemon_manual();
std::string client_manual();
std::string admin_manual();
std::string bench_manual();
std::string client_completion();
std::string daemon_completion();
std::string admin_completion();
std::string bench_completion();

// The exit statuses of holdfastd, in order.
struct ExitStatus {
  int status;
  std::string_view meaning;
};
std::vector<ExitStatus> daemon_exit_statuses();

}  // namespace holdfast::cmd
