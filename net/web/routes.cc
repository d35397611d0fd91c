#include "net/web/routes.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "engine/command_table.h"
#include "net/web/api.h"
#include "net/web/event_stream.h"
#include "net/web/health.h"
#include "net/web/metrics.h"
#include "net/web/openapi.h"
#include "net/web/page.h"
#include "net/web/tickets/pages_api.h"
#include "net/web/tickets/polling.h"
#include "storage/check.h"

namespace holdfast::net::web {
namespace {

constexpr RouteParameter kCommandParameters[] = {
    {.name = "Idempotency-Key", .summary = "the option id= of the command", .in_header = true}};
constexpr RouteParameter kWatchParameters[] = {
    {.name = "offering", .summary = "names of offerings, with commas between", .required = true},
    {.name = "from", .summary = "the id of an event after which to go on"},
    {.name = "Last-Event-ID", .summary = "the same, as browsers say it", .in_header = true}};

// What preflights of the old ticket system were told, by its two halves.
constexpr std::string_view kPageMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";
constexpr std::string_view kSocketMethods = "GET,POST";
constexpr RouteParameter kPlainParameters[] = {
    {.name = "after", .summary = "name of the offering to go on after"}};

constexpr std::array kRoutes = std::to_array<Route>({
    {.name = "showPage",
     .method = Method::kGet,
     .path = "/",
     .kind = "page",
     .reply = "page",
     .summary = "Shows the page, for people",
     .begin = show_page},
    {.name = "showPageFile",
     .method = Method::kGet,
     .path = "/page/{file}",
     .kind = "page",
     .reply = "file",
     .summary = "Gives a script or style of the page",
     .begin = show_page_file},
    {.name = "showPlainPage",
     .method = Method::kGet,
     .path = "/plain",
     .kind = "page",
     .parameters = kPlainParameters,
     .reply = "page",
     .summary = "Shows what is free, for browsers without scripts",
     .begin = show_plain_page},
    {.name = "openSession",
     .method = Method::kPost,
     .path = "/v1/session",
     .kind = "session",
     .body = "Credentials",
     .reply = "Token",
     .summary = "Logs in: gives a token for a name and a password",
     .begin = open_session},
    {.name = "closeSession",
     .method = Method::kDelete,
     .path = "/v1/session",
     .kind = "session",
     .summary = "Logs out: ends the token it is asked with",
     .begin = close_session},
    {.name = "runCommand",
     .method = Method::kPost,
     .path = "/v1/command",
     .kind = "command",
     .parameters = kCommandParameters,
     .body = "Command",
     .reply = "Reply",
     .summary = "Runs a command, or several one after the other",
     .begin = run_commands},
    {.name = "listOfferings",
     .method = Method::kGet,
     .path = "/v1/offerings",
     .kind = "look",
     .command = "OFFERING LIST",
     .reply = "Reply",
     .summary = "Lists the offerings",
     .begin = look},
    {.name = "showOffering",
     .method = Method::kGet,
     .path = "/v1/offerings/{offering}",
     .kind = "look",
     .command = "OFFERING SHOW",
     .reply = "Reply",
     .summary = "Shows an offering",
     .begin = look},
    {.name = "showMap",
     .method = Method::kGet,
     .path = "/v1/offerings/{offering}/map",
     .kind = "look",
     .command = "MAP",
     .reply = "Reply",
     .summary = "Shows an offering unit by unit",
     .begin = look},
    {.name = "showAvail",
     .method = Method::kGet,
     .path = "/v1/offerings/{offering}/avail",
     .kind = "look",
     .command = "AVAIL",
     .reply = "Reply",
     .summary = "Tells what is free of an offering",
     .begin = look},
    {.name = "showReservation",
     .method = Method::kGet,
     .path = "/v1/reservations/{locator}",
     .kind = "look",
     .command = "SHOW",
     .reply = "Reply",
     .summary = "Shows a reservation to those whom it concerns",
     .begin = look},
    {.name = "watch",
     .method = Method::kGet,
     .path = "/v1/watch",
     .kind = "watch",
     .parameters = kWatchParameters,
     .reply = "events",
     .summary = "Streams every change of some offerings as it is committed",
     .begin = watch},
    {.name = "showOpenApi",
     .method = Method::kGet,
     .path = "/openapi.json",
     .kind = "machine",
     .reply = "Reply",
     .summary = "Describes this API",
     .begin = show_openapi},
    {.name = "showSeats",
     .method = Method::kGet,
     .path = "/api/seats",
     .kind = "tickets",
     .summary = "Shows the seats to a page of the old ticket system",
     .shared_methods = kPageMethods,
     .begin = tickets::show_seats},
    {.name = "takeName",
     .method = Method::kPost,
     .path = "/api/login",
     .kind = "tickets",
     .summary = "Takes a name in the old ticket system",
     .shared_methods = kPageMethods,
     .begin = tickets::log_in},
    {.name = "poll",
     .method = Method::kGet,
     .path = "/socket.io/",
     .kind = "tickets",
     .summary = "Socket.IO: a handshake, a poll, or a WebSocket",
     .shared_methods = kSocketMethods,
     .begin = tickets::poll},
    {.name = "postPackets",
     .method = Method::kPost,
     .path = "/socket.io/",
     .kind = "tickets",
     .summary = "Socket.IO: packets",
     .shared_methods = kSocketMethods,
     .begin = tickets::post_packets},
    {.name = "showMetrics",
     .method = Method::kGet,
     .path = "/metrics",
     .kind = "machine",
     .door = Door::kMetrics,
     .reply = "Reply",
     .summary = "Figures for Prometheus",
     .begin = show_metrics},
    {.name = "showHealth",
     .method = Method::kGet,
     .path = "/healthz",
     .kind = "machine",
     .door = Door::kBoth,
     .reply = "Reply",
     .summary = "Tells whether the server runs",
     .begin = show_health},
    {.name = "showReadiness",
     .method = Method::kGet,
     .path = "/readyz",
     .kind = "machine",
     .door = Door::kBoth,
     .reply = "Reply",
     .summary = "Tells whether it serves: it is not ending, its disk answers and has room",
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

const engine::CommandSpec& command_of(const Route& route) {
  const std::size_t blank = route.command.find(' ');
  std::vector<std::string_view> words = {route.command.substr(0, blank)};
  if (blank != route.command.npos) words.push_back(route.command.substr(blank + 1));
  const auto found = engine::find_command(words);
  CHECK(found.has_value(), "the route {} runs no command", route.name);
  return *found->spec;
}

Result<Found> find_route(Door door, const Web& web, const Request& request) {
  Found found;
  for (const Route& route : kRoutes) {
    if (!serves(route.door, door)) continue;
    if (!route.shared_methods.empty() && web.tickets() == nullptr) continue;
    const auto values = match(route.path, request.path);
    if (!values) continue;
    allow(route, found.allow);
    found.shared_methods = route.shared_methods;
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
