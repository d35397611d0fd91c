// Polling: Engine.IO 4 over HTTP requests, and how a WebSocket begins.
//
// GET /socket.io/ is a handshake, a poll, or the upgrade of the connection; POST brings packets.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web::tickets {

Begun poll(const Asked& asked);
Begun post_packets(const Asked& asked);

}  // namespace holdfast::net::web::tickets
