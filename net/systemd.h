// Systemd: what the service manager is told, and the sockets it hands over. Without a service
// manager every function does nothing.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/basics.h"

namespace holdfast::net {

// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=..."; several are separated by line ends.
void notify_manager(const std::string& state);

// How often the watchdog must be fed at least; nothing when it is off.
std::optional<Duration> watchdog_interval();

struct InheritedSocket {
  int fd = -1;       // the caller owns it
  std::string name;  // FileDescriptorName= of the socket unit
};

// The sockets of socket activation, once: the environment variables are removed, so that no child
// takes them too.
Result<std::vector<InheritedSocket>> inherited_sockets();

}  // namespace holdfast::net
