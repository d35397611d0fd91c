// What pages of the old ticket system ask over plain HTTP.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web::tickets {

// GET /api/seats: the seats as JSON.
Begun show_seats(const Asked& asked);
// POST /api/login {"username":"ann"}: takes a name.
Begun log_in(const Asked& asked);

}  // namespace holdfast::net::web::tickets
