// Where the server listens: sockets passed by systemd, by name, in place of those of the options.

#pragma once

#include <memory>
#include <set>
#include <string>

#include "cmd/options.h"
#include "net/server.h"
#include "net/tls.h"
#include "storage/status.h"

namespace holdfast::cmd {

// Passed sockets replace the option of their name: "native" (listen), "admin" (socket, and so
// UNIX), "tls", "http", "metrics", "bus", "hotel", "meal", "rooms". The name alone decides; any
// other, or none, is kConfig. Logs each address. Returns the names of those that are served,
// however they came. Errors of the server's listen functions. `tls`: the certificate, or nothing;
// a passed socket "tls" is kConfig without.
storage::Result<std::set<std::string>> open_listeners(
    net::Server& server, const DaemonOptions& options,
    const std::shared_ptr<const net::TlsServer>& tls);

}  // namespace holdfast::cmd
