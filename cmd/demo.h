// The demo inventory: files of ordinary commands, run as an administrator would type them.

#pragma once

#include <cstddef>
#include <string>

#include "engine/service.h"
#include "storage/status.h"

namespace holdfast::cmd {

struct DemoReport {
  bool loaded = false;       // false: there was data already, nothing was run
  std::size_t commands = 0;  // run, all successful
};

// Runs every *.holdfast file of `directory`, in the order of their names, when the store behind
// `service` has no plan, no offering and no account; does nothing otherwise. Before the server
// runs: this is the loop thread. Durable when it returns. Errors: kConfig when there is nothing to
// load or a file cannot be read; what a command answered, with file and line in front.
storage::Result<DemoReport> load_demo(engine::Service& service, const std::string& directory);

}  // namespace holdfast::cmd
