// Routes: what may be asked over HTTP. One table: the router, OPTIONS, the refusals of methods and
// /openapi.json all read it.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/command.h"
#include "engine/service.h"
#include "net/protocol.h"
#include "net/web/request.h"
#include "net/web/response.h"
#include "net/web/web.h"

namespace holdfast::net::web {

// What has to be asked of the engine for one request: one command after the other, until the answer
// to one of them makes the response.
class Task {
 public:
  virtual ~Task() = default;
  // Puts the words of the next command into `space`; they live as long as the task is not asked
  // again or told an answer. May be called twice for the same command.
  virtual void words(DecodeSpace& space) = 0;
  // The answer to it. Nothing: there is another command.
  virtual std::optional<Response> answered(const engine::Session& session,
                                           const engine::Answer& answer) = 0;
};

// A request that others answer, later: it is held until they wake its connection. Gone unanswered,
// its connection is.
class Held {
 public:
  virtual ~Held() = default;
  struct Told {
    Response response;
    engine::Seq stamp;  // of what it tells
  };
  // The response, if there is one. Asked at once, and after each wake.
  virtual std::optional<Told> look() = 0;
};

// A request with what the router found in it.
struct Route;
struct Asked {
  const Route& route;
  const Request& request;
  std::span<const std::string> values;  // of the route's {names}, in order, decoded
  Web& web;
  std::string_view token = {};  // of Authorization: Bearer
  std::string_view host = {};   // whom it comes from: an address without port
  Waker waker = {};             // of its connection
};
using Begun = std::variant<Response, std::unique_ptr<Task>, std::unique_ptr<Held>>;

// Where a route is served.
enum class Door : std::uint8_t { kPublic = 1, kMetrics = 2, kBoth = 3 };

// What may be asked besides, for /openapi.json.
struct RouteParameter {
  std::string_view name;
  std::string_view summary;
  bool in_header = false;  // otherwise in the query
  bool required = false;
};

struct Route {
  std::string_view name;  // "showMap": what programs that are made from /openapi.json call it
  Method method;          // kGet is HEAD as well
  std::string_view path;  // "/v1/offerings/{offering}/map"
  std::string_view
      kind;  // "look": whose times it is counted with; there are few, README.md has them
  Door door = Door::kPublic;
  std::string_view command = {};  // what it runs with the path's values and the query's options
  std::span<const RouteParameter> parameters = {};
  std::string_view body = {};   // schema of the body; empty: none
  std::string_view reply = {};  // schema of the response; empty: no content; or one of
                                // "events" (a stream), "page" (HTML), "file" (any type)
  std::string_view summary;     // one sentence, without a full stop
  // Set: of the old ticket system, whose pages may come from anywhere. What a preflight is told of
  // methods.
  std::string_view shared_methods = {};
  Begun (*begin)(const Asked& asked);
};
std::span<const Route> routes();

// The row of the command table. REQUIRES: the route has a command.
const engine::CommandSpec& command_of(const Route& route);

// Where a path leads.
struct Found {
  const Route* route = nullptr;     // none: the path has no such method
  std::vector<std::string> values;  // of the route's {names}
  std::string allow;  // methods of the path, "GET, HEAD, OPTIONS"; empty: no such path
  std::string_view shared_methods = {};  // of its routes
};
// Error for a path that cannot be decoded.
Result<Found> find_route(Door door, const Web& web, const Request& request);

std::string_view word(Method method);

}  // namespace holdfast::net::web
