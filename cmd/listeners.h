// Where the server listens: sockets passed by systemd, by name, in place of those of the options.

#pragma once

#include "cmd/options.h"
#include "net/server.h"
#include "storage/status.h"

namespace holdfast::cmd {

// Passed sockets named "native" replace options.listen, one named "admin" replaces options.socket;
// any other name is kConfig. Logs each address. Errors of the server's listen functions.
storage::Result<void> open_listeners(net::Server& server, const DaemonOptions& options);

}  // namespace holdfast::cmd
