// Options of the HTTP side: their rows, and what the rows say to the network side.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cmd/options.h"
#include "net/tls.h"
#include "net/web/web.h"

namespace holdfast::cmd {

void add_web_options(std::vector<Option>& table, DaemonOptions& into);

// `passed`: its sockets come from systemd, from wherever they may be reached.
net::web::WebOptions web_options(const DaemonOptions& options, bool passed);

// Nothing when no certificate is configured. kConfig, naming the file.
Result<std::shared_ptr<net::TlsServer>> tls_server(const DaemonOptions& options);
// Reads them again; everything is as before on error.
Result<void> load_certificate(net::TlsServer& server, const DaemonOptions& options);

// "https://host", "http://host:port": what browsers send as Origin. Error kConfig.
Result<void> check_origin(const std::string& text);

}  // namespace holdfast::cmd
