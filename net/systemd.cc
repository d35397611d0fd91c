#include "net/systemd.h"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstdlib>

namespace holdfast::net {

void notify_manager(const std::string& state) {
  // A manager that cannot be reached is not our failure: it will notice by itself.
  [[maybe_unused]] const int result = ::sd_notify(0, state.c_str());
}

std::optional<Duration> watchdog_interval() {
  std::uint64_t interval_us = 0;
  if (::sd_watchdog_enabled(0, &interval_us) <= 0) return std::nullopt;
  return Duration{static_cast<std::int64_t>(interval_us)};
}

Result<std::vector<InheritedSocket>> inherited_sockets() {
  char** names = nullptr;
  const int count = ::sd_listen_fds_with_names(1, &names);
  if (count < 0) return std::unexpected(errno_status("sd_listen_fds_with_names", -count));
  std::vector<InheritedSocket> sockets;
  for (int i = 0; i < count; ++i) {
    sockets.push_back({SD_LISTEN_FDS_START + i, names[i]});
    std::free(names[i]);
  }
  std::free(static_cast<void*>(names));
  return sockets;
}

}  // namespace holdfast::net
