#include "cmd/listeners.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "storage/log.h"

namespace holdfast::cmd {
namespace {

struct PassedSocket {
  int fd;
  std::string name;
};

// What systemd passed; also clears the variables, so that no child takes the sockets for its own.
storage::Result<std::vector<PassedSocket>> passed_sockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(/*unset_environment=*/1, &names);
  if (count < 0) return std::unexpected(storage::errno_status("socket activation", -count));
  std::vector<PassedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back({SD_LISTEN_FDS_START + i, names[i]});
    std::free(names[i]);
  }
  std::free(static_cast<void*>(names));
  return sockets;
}

void log_serving(std::string_view what, std::string_view address, bool passed) {
  storage::log_info("serving", {{"for", what}, {"at", address}, {"passed_by_systemd", passed}});
}

}  // namespace

storage::Result<void> open_listeners(net::Server& server, const DaemonOptions& options) {
  bool native = false;
  bool admin = false;
  const auto sockets = TRY(passed_sockets());
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
