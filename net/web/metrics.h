// Metrics: figures of the server as Prometheus reads them. README.md names them.

#pragma once

#include <string>
#include <string_view>

#include "net/web/routes.h"

namespace holdfast::net::web {

// What INFO says of all sections, in Prometheus's text format, version 0.0.4.
std::string metrics_of_info(std::string_view info);

// Responses and their times, likewise.
std::string metrics_of_web(const Web& web);

// GET /metrics
Begun show_metrics(const Asked& asked);

}  // namespace holdfast::net::web
