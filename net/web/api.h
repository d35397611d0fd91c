// Api: the commands of the engine over HTTP. What each route does stands in the table of routes.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web {

// POST /v1/session, DELETE /v1/session
Begun open_session(const Asked& asked);
Begun close_session(const Asked& asked);

// POST /v1/command
Begun run_commands(const Asked& asked);

// Runs the command of the route with the path's values and the options of the query; its answer
// can be kept and asked for conditionally.
Begun look(const Asked& asked);

}  // namespace holdfast::net::web
