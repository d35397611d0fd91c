// Http: the dialects of the HTTP side. README.md tells what may be asked.

#pragma once

#include <memory>

#include "net/dialect.h"
#include "net/web/web.h"

namespace holdfast::net::web {

// The API, for everybody.
Dialect http_dialect(std::shared_ptr<Web> web);

// Figures and health, for those who watch over the server.
Dialect metrics_dialect(std::shared_ptr<Web> web);

}  // namespace holdfast::net::web
