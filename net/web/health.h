// Health: what is told to those who watch over the server.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web {

// The loop turns: no command is run, no disk is asked.
Begun show_health(const Asked& asked);
// Somebody should be sent here.
Begun show_readiness(const Asked& asked);

}  // namespace holdfast::net::web
