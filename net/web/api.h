// Api: the commands of the engine over HTTP. What each route does stands in the table of routes.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web {

// POST /v1/session, DELETE /v1/session
Begun open_session(const Asked& asked);
Begun close_session(const Asked& asked);

// POST /v1/command
Begun run_commands(const Asked& asked);

// GET /v1/offerings and below, GET /v1/reservations/{locator}: a query of options is passed on.
Begun list_offerings(const Asked& asked);
Begun show_offering(const Asked& asked);
Begun show_map(const Asked& asked);
Begun show_avail(const Asked& asked);
Begun show_reservation(const Asked& asked);

}  // namespace holdfast::net::web
