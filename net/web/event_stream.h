// EventStream: changes as they are committed, as Server-Sent Events. README.md tells what is said.

#pragma once

#include "net/web/routes.h"

namespace holdfast::net::web {

// GET /v1/watch
Begun watch(const Asked& asked);

}  // namespace holdfast::net::web
