#include "cmd/listeners.h"

#include <fmt/format.h>

#include <string_view>

#include "net/systemd.h"
#include "storage/log.h"

namespace holdfast::cmd {
namespace {

void log_serving(std::string_view what, std::string_view address, bool passed) {
  storage::log_info("serving", {{"for", what}, {"at", address}, {"passed_by_systemd", passed}});
}

}  // namespace

storage::Result<void> open_listeners(net::Server& server, const DaemonOptions& options) {
  bool native = false;
  bool admin = false;
  const auto sockets = TRY(net::inherited_sockets());
  for (const auto& [fd, name] : sockets) {
    if (name != "native" && name != "admin") {
      return error(Code::kConfig,
                   fmt::format("systemd passed a socket named \"{}\", not native or admin", name));
    }
    const auto address = TRY(server.adopt_listener(fd));
    (name == "native" ? native : admin) = true;
    log_serving(name, address, true);
  }
  if (!native) {
    for (const auto& wanted : options.listen) {
      const auto address = TRY(server.listen_tcp(wanted));
      log_serving("native", address, false);
    }
  }
  if (!admin) {
    TRY(server.listen_admin(options.socket));
    log_serving("admin", options.socket, false);
  }
  return {};
}

}  // namespace holdfast::cmd
