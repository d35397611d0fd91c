// OpenApi: the description of the API that programs read, made from the tables of routes and
// commands.

#pragma once

#include <string>

#include "net/web/routes.h"

namespace holdfast::net::web {

// The document, OpenAPI 3.1.
const std::string& openapi_document();

// GET /openapi.json
Begun show_openapi(const Asked& asked);

}  // namespace holdfast::net::web
