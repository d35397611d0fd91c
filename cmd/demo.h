// The demo inventory: files of ordinary commands, run as an administrator would type them.

#pragma once

#include <cstddef>
#include <string>

#include "engine/service.h"
#include "storage/status.h"

namespace holdfast::cmd {

struct DemoReport {
  bool loaded = false;       // false: there was data, or all of the demo already; nothing was done
  std::size_t commands = 0;  // run, all successful
};

// Whether load_demo() would find something to load: kConfig otherwise.
storage::Result<void> check_demo(const std::string& directory);

// Runs every *.holdfast file of `directory`, in the order of their names, when the store behind
// `service` has no account, no reservation, and no plan and no offering but those that the files
// create; does nothing otherwise. What an earlier load that was cut short has created is left as it
// is, and the rest is added. Before the server runs: this is the loop thread. Durable when it
// returns. Errors: kConfig when there is nothing to load or a file cannot be read; what a command
// answered, with file and line in front.
storage::Result<DemoReport> load_demo(engine::Service& service, const std::string& directory);

}  // namespace holdfast::cmd
