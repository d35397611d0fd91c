#include "net/web/routes.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "net/web/api.h"
#include "net/web/health.h"

namespace holdfast::net::web {
namespace {

constexpr std::array kRoutes = std::to_array<Route>({
    {.method = Method::kPost,
     .path = "/v1/session",
     .summary = "Logs in: gives a token for a name and a password",
     .begin = open_session},
    {.method = Method::kDelete,
     .path = "/v1/session",
     .summary = "Logs out: ends the token it is asked with",
     .begin = close_session},
    {.method = Method::kPost,
     .path = "/v1/command",
     .summary = "Runs a command, or several one after the other",
     .begin = run_commands},
    {.method = Method::kGet,
     .path = "/v1/offerings",
     .summary = "Lists the offerings; the query has the options of OFFERING LIST",
     .begin = list_offerings},
    {.method = Method::kGet,
     .path = "/v1/offerings/{offering}",
     .summary = "Shows an offering",
     .begin = show_offering},
    {.method = Method::kGet,
     .path = "/v1/offerings/{offering}/map",
     .summary = "Shows an offering unit by unit; the query has the options of MAP",
     .begin = show_map},
    {.method = Method::kGet,
     .path = "/v1/offerings/{offering}/avail",
     .summary = "Tells what is free of an offering; the query has the options of AVAIL",
     .begin = show_avail},
    {.method = Method::kGet,
     .path = "/v1/reservations/{locator}",
     .summary = "Shows a reservation, to whom it is shown",
     .begin = show_reservation},
    {.method = Method::kGet,
     .path = "/healthz",
     .door = Door::kBoth,
     .summary = "Whether the server runs",
     .begin = show_health},
    {.method = Method::kGet,
     .path = "/readyz",
     .door = Door::kBoth,
     .summary = "Whether it serves: it is not ending, its disk answers and has room",
     .begin = show_readiness},
});

bool serves(Door where, Door wanted) {
  return (static_cast<unsigned>(where) & static_cast<unsigned>(wanted)) != 0;
}

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // '/'
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// The raw segments that stand for the {names} of `pattern`; nothing if it is another path.
std::optional<std::vector<std::string_view>> match(std::string_view pattern,
                                                   std::string_view path) {
  std::vector<std::string_view> values;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return std::nullopt;
      values.push_back(given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return values;
}

bool answers(const Route& route, Method method) {
  return route.method == method || (route.method == Method::kGet && method == Method::kHead);
}

void allow(const Route& route, std::string& methods) {
  methods += word(route.method);
  methods += route.method == Method::kGet ? ", HEAD, " : ", ";
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

Result<Found> find_route(Door door, const Request& request) {
  Found found;
  for (const Route& route : kRoutes) {
    if (!serves(route.door, door)) continue;
    const auto values = match(route.path, request.path);
    if (!values) continue;
    allow(route, found.allow);
    if (!answers(route, request.method)) continue;
    found.route = &route;
    for (const std::string_view value : *values) {
      auto decoded = percent_decoded(value, false);
      if (!decoded) {
        return error(Code::kBadValue, fmt::format("\"{}\" of the path cannot be decoded", value));
      }
      found.values.push_back(*std::move(decoded));
    }
  }
  if (!found.allow.empty()) found.allow += "OPTIONS";
  return found;
}

std::string_view word(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kDelete:
      return "DELETE";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kOther:
      return "";
  }
  return "";
}

}  // namespace holdfast::net::web
