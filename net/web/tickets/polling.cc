#include "net/web/tickets/polling.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/words.h"
#include "net/web/tickets/limits.h"
#include "net/web/tickets/packets.h"
#include "net/web/tickets/tickets.h"
#include "net/web/tickets/web_socket.h"
#include "net/web/tickets/web_socket_protocol.h"

namespace holdfast::net::web::tickets {
namespace {

constexpr std::string_view kPlainText = "text/plain; charset=UTF-8";
constexpr std::string_view kHtml = "text/html";

// What Engine.IO calls what is wrong with a request.
enum class Wrong : std::uint8_t {
  kTransport = 0,
  kSid = 1,
  kHandshakeMethod = 2,
  kRequest = 3,
  kVersion = 5,
};

Response refused(Wrong wrong) {
  constexpr std::string_view kNames[] = {
      "Transport unknown", "Session ID unknown", "Bad handshake method",
      "Bad request",       "Forbidden",          "Unsupported protocol version"};
  const auto code = static_cast<std::size_t>(wrong);
  return {.status = 400,
          .body = fmt::format(R"({{"code":{},"message":"{}"}})", code, kNames[code])};
}

Response payload_response(std::string payload, std::string_view type) {
  return Response{.type = type, .body = std::move(payload)}.with("Cache-Control", "no-store");
}

// A poll that waits for something to be said.
class Poll final : public Held {
 public:
  Poll(std::shared_ptr<Session> session, const Waker& waker) : session_(std::move(session)) {
    session_->begin_poll(waker);
  }
  ~Poll() override {
    if (!answered_) session_->lose_poll();
  }

  std::optional<Told> look() override {
    auto payload = session_->take_payload();
    if (!payload) return std::nullopt;
    answered_ = true;
    return Told{.response = payload_response(std::move(payload->text), kPlainText),
                .stamp = payload->stamp};
  }

 private:
  std::shared_ptr<Session> session_;
  bool answered_ = false;
};

// ---- what all requests have --------------------------------------------------------------------

struct Query {
  std::string transport;
  std::string version;
  std::optional<std::string> sid;
};

Query read_query(const Request& request) {
  return {.transport = query_value(request.query, "transport").value_or(""),
          .version = query_value(request.query, "EIO").value_or(""),
          .sid = query_value(request.query, "sid")};
}

bool is_upgrade(const Request& request) {
  return engine::equal_words(request.field("Upgrade"), "websocket");
}

// What is wrong with a request, in the order in which Engine.IO looks; nothing if it may go on.
// `session`: of its sid.
std::optional<Wrong> find_wrong(const Request& request, const Query& query,
                                const Session* session) {
  const bool web_socket = query.transport == "websocket";
  if (!web_socket && query.transport != "polling") return Wrong::kTransport;
  if (query.sid) {
    if (session == nullptr) return Wrong::kSid;
    if (is_upgrade(request)) return std::nullopt;
    if (web_socket || session->on_web_socket()) return Wrong::kRequest;
    return std::nullopt;
  }
  if (request.method != Method::kGet) return Wrong::kHandshakeMethod;
  if (web_socket && !is_upgrade(request)) return Wrong::kRequest;
  if (query.version != "4") return Wrong::kVersion;
  return std::nullopt;
}

// ---- the handshakes ----------------------------------------------------------------------------

std::string open_packet(const Session& session, bool may_upgrade) {
  return fmt::format(
      R"(0{{"sid":"{}","upgrades":[{}],"pingInterval":{},"pingTimeout":{},"maxPayload":{}}})",
      session.sid(), may_upgrade ? "\"websocket\"" : "", kPingInterval.us / 1000,
      kPingTimeout.us / 1000, kMaxMessageBytes);
}

Response full() {
  return Response{.status = 503, .body = R"({"code":3,"message":"Too many sessions"})"}.with(
      "Retry-After", "1");
}

Begun open_by_polling(const Asked& asked) {
  const auto session = asked.web.tickets()->sessions().open(asked.host);
  if (session == nullptr) return full();
  return payload_response(open_packet(*session, true), kPlainText);
}

// The tokens of a field, which is a list.
bool lists_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    if (engine::equal_words(item, token)) return true;
  }
  return false;
}

// RFC 6455, 4.2.1.
bool is_sound_upgrade(const Request& request) {
  return request.http_1_1 && request.method == Method::kGet &&
         lists_token(request.field("Connection"), "upgrade") &&
         request.field("Sec-WebSocket-Version") == "13" &&
         is_web_socket_key(request.field("Sec-WebSocket-Key"));
}

Response refused_upgrade(std::string_view why) {
  return {.status = 400, .type = kHtml, .body = std::string(why), .close = true};
}

Begun open_web_socket(const Asked& asked, const Query& query, std::shared_ptr<Session> session) {
  if (!is_sound_upgrade(asked.request)) {
    return refused_upgrade("Bad Request").with("Sec-WebSocket-Version", "13");
  }
  const bool direct = !query.sid;
  Tickets& tickets = *asked.web.tickets();
  if (direct) {
    session = tickets.sessions().open(asked.host);
    if (session == nullptr) return full();
  }
  Response response{.status = 101};
  response.fields = {
      {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},
      {"Sec-WebSocket-Accept", accept_key(asked.request.field("Sec-WebSocket-Key"))}};
  if (session->has_web_socket()) session = nullptr;  // it is told by a close
  auto protocol = std::make_unique<WebSocketProtocol>(asked.web.tickets(), session, asked.waker);
  if (direct) {
    session->upgrade();
    session->send(make_message(open_packet(*session, false)), {});
  }
  response.successor = std::move(protocol);
  return response;
}

}  // namespace

// ---- the requests ------------------------------------------------------------------------------

Begun poll(const Asked& asked) {
  const Query query = read_query(asked.request);
  auto session = query.sid ? asked.web.tickets()->sessions().find(*query.sid) : nullptr;
  if (const auto wrong = find_wrong(asked.request, query, session.get())) {
    if (wrong == Wrong::kSid && is_upgrade(asked.request)) {
      return refused_upgrade("Session ID unknown");
    }
    return refused(*wrong);
  }
  if (is_upgrade(asked.request)) return open_web_socket(asked, query, std::move(session));
  if (session == nullptr) return open_by_polling(asked);
  if (asked.request.method != Method::kGet) return refused(Wrong::kRequest);
  if (session->polled()) {  // a client polls once at a time
    session->end(Session::End::kByServer);
    return Response{.status = 400, .type = kHtml};
  }
  return std::make_unique<Poll>(std::move(session), asked.waker);
}

Begun post_packets(const Asked& asked) {
  const Query query = read_query(asked.request);
  Sessions& sessions = asked.web.tickets()->sessions();
  const auto session = query.sid ? sessions.find(*query.sid) : nullptr;
  if (const auto wrong = find_wrong(asked.request, query, session.get())) return refused(*wrong);
  if (is_upgrade(asked.request)) return refused(Wrong::kRequest);
  for (const std::string_view packet : split_payload(asked.request.body)) {
    if (!session->receive(packet, sessions.now())) break;
  }
  return payload_response("ok", kHtml);
}

}  // namespace holdfast::net::web::tickets
