// Where the server listens: sockets passed by systemd, by name, in place of those of the options.

#pragma once

#include "cmd/options.h"
#include "net/server.h"
#include "storage/status.h"

namespace holdfast::cmd {

// Passed sockets replace the option of their name: "native" (listen), "admin" (socket, and so
// UNIX), "http", "metrics", "bus", "hotel", "meal", "rooms". The name alone decides; any other, or none, is
// kConfig. Logs each address. Errors of the server's listen functions.
storage::Result<void> open_listeners(net::Server& server, const DaemonOptions& options);

}  // namespace holdfast::cmd
