#include "net/web/http_protocol.h"

#include <algorithm>
#include <utility>

#include "engine/words.h"
#include "net/web/http.h"
#include "net/web/limits.h"
#include "net/web/tickets/tickets.h"
#include "storage/check.h"

namespace holdfast::net::web {
namespace {

using Progress = RequestReader::Progress;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kAllMethods = "GET, HEAD, POST, DELETE, OPTIONS";

// What responses are counted under that no route has given.
constexpr std::string_view kNoRoute = "none";

// How long a browser may keep what it was told of a foreign page's rights.
constexpr std::string_view kPreflightSeconds = "600";

bool writes(Method method) {
  return method == Method::kPost || method == Method::kDelete || method == Method::kOther;
}

// "https://host:port" of a page that this very server has sent. Whether it came over TLS is not
// known behind a proxy.
bool is_own_origin(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  return scheme != origin.npos && !host.empty() &&
         engine::equal_words(origin.substr(scheme + 3), host);
}

// RFC 9110, 13.1.2: any of the tags listed, strong or weak, or any at all.
bool lists_etag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    std::string_view tag = list.substr(0, list.find(','));
    list.remove_prefix(std::min(tag.size() + 1, list.size()));
    while (tag.starts_with(' ') || tag.starts_with('\t')) tag.remove_prefix(1);
    while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

// A GET of what the client has already.
bool is_known(const Request& request, const Response& response) {
  if (request.method != Method::kGet && request.method != Method::kHead) return false;
  if (response.status != 200) return false;
  const auto etag = std::ranges::find(response.fields, std::string_view("ETag"),
                                      &decltype(response.fields)::value_type::first);
  return etag != response.fields.end() && lists_etag(request.field("If-None-Match"), etag->second);
}

}  // namespace

// ---- in ---------------------------------------------------------------------------------------

void HttpProtocol::attach(const engine::Peer& peer, const Waker& waker) {
  host_ = peer.host;
  waker_ = waker;
}

Decoded HttpProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  if (successor_) return successor_->decode(input, rest, space);
  if (held_) return wait_for_others(input);
  if (step_ != Step::kNone) {  // the same again: the engine could not take it
    put_words(space);
    return {.kind = Decoded::Kind::kRequest, .consumed = reader_.consumed()};
  }
  if (input.starts_with("\r\n")) {  // some clients end a body with an empty line
    reader_.next();
    return {.kind = Decoded::Kind::kNothing, .consumed = 2};
  }
  const Progress progress = reader_.read(input);
  if (progress == Progress::kWhole) return begin(space);
  if (progress == Progress::kFault) {
    const Fault& fault = reader_.fault();
    return answer_fault(fault.status, fault.why, input.size(), space);
  }
  return wait(progress, rest, space);
}

Decoded HttpProtocol::wait(Progress progress, Rest rest, DecodeSpace& space) {
  if (progress == Progress::kNothing) {
    if (rest != Rest::kQuiet) return {.patience = kKeepAliveTime};
    space.text.clear();
    return {.kind = Decoded::Kind::kAnswered, .close = true};
  }
  if (progress == Progress::kHead) return wait_for_more(kHeadTime, rest, space);
  if (!std::exchange(body_began_, true)) began_.reset();
  const Request& request = reader_.request();
  if (request.expects_continue && request.body.empty() && !std::exchange(continued_, true)) {
    space.text = kContinue;
    return {.kind = Decoded::Kind::kAnswered};
  }
  return wait_for_more(kBodyTime, rest, space);
}

Decoded HttpProtocol::wait_for_more(Duration allowed, Rest rest, DecodeSpace& space) {
  const Duration now = web_->since_boot();
  if (!began_) began_ = now;
  const Duration left = *began_ + allowed - now;
  if (left > Duration{0}) return {.patience = left};
  if (rest != Rest::kQuiet) return {.patience = Duration{0}};  // what is here may be all
  return answer_fault(408, Status(Code::kProto, "the request did not come in time"), 0, space);
}

// What comes behind a request that is held waits with it; without a bound it would pile up.
Decoded HttpProtocol::wait_for_others(std::string_view input) const {
  if (input.size() <= kMaxHeadBytes + kMaxBodyBytes) return {};
  return {.kind = Decoded::Kind::kHostile,
          .error = Status(Code::kLimit, "too much was sent behind a request that is held")};
}

Decoded HttpProtocol::begin(DecodeSpace& space) {
  began_.reset();
  continued_ = body_began_ = false;
  asked_ = web_->since_boot();
  const Request& request = reader_.request();
  const std::size_t consumed = reader_.consumed();
  Begun begun = dispatch(request);
  if (auto* response = std::get_if<Response>(&begun)) {
    const bool keep_alive = request.keep_alive && !response->close;
    space.text.clear();
    write(&request, std::move(*response), keep_alive, space.text);
    reader_.next();
    const bool close = successor_ == nullptr && !keep_alive;
    return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = close};
  }
  if (auto* held = std::get_if<std::unique_ptr<Held>>(&begun)) {
    held_ = std::move(*held);
    waker_.wake();  // perhaps there is an answer already
    return {.kind = Decoded::Kind::kNothing, .consumed = consumed};
  }
  task_ = std::get<std::unique_ptr<Task>>(std::move(begun));
  step_ = !token_.empty() ? Step::kBecome : somebody_ ? Step::kBecomeNobody : Step::kTask;
  put_words(space);
  return {.kind = Decoded::Kind::kRequest, .consumed = consumed};
}

void HttpProtocol::put_words(DecodeSpace& space) {
  switch (step_) {
    case Step::kNone:
      CHECK(false, "a command without a request");
      return;
    case Step::kBecome:
      space.words = {"TOKEN", "USE", token_};
      return;
    case Step::kBecomeNobody:
      space.words = {"RESET"};
      return;
    case Step::kTask:
      task_->words(space);
      return;
  }
}

void HttpProtocol::follow_up(DecodeSpace& space) {
  if (successor_) return successor_->follow_up(space);
  put_words(space);
}

// ---- routing ----------------------------------------------------------------------------------

Begun HttpProtocol::dispatch(const Request& request) {
  token_.clear();
  route_ = nullptr;
  shared_ = false;
  if (request.target == "*") {
    return Response{.status = 204}.with("Allow", std::string(kAllMethods));
  }
  auto found = find_route(door_, *web_, request);
  if (!found) return error_response(400, found.error());
  shared_ = !found->shared_methods.empty() && web_->serves_any_origin();
  const bool foreign = is_foreign(request);
  // An upgrade is a GET that writes: what comes over it may act.
  if (foreign && (writes(request.method) || request.count("Upgrade") > 0)) {
    return error_response(403, Status(Code::kDenied, "pages of this origin may not act here")
                                   .with("origin", std::string(request.field("Origin"))));
  }
  if (found->allow.empty()) {
    return error_response(404, Status(Code::kNotFound, "there is nothing at this path"));
  }
  if (!take_token(request)) {
    return error_response(401, Status(Code::kNoAuth, "the only Authorization known is Bearer"));
  }
  if (request.method == Method::kOptions) return options(request, foreign, *found);
  if (found->route == nullptr) {
    return error_response(405, Status(Code::kProto, "the path has no such method"))
        .with("Allow", std::move(found->allow));
  }
  route_ = found->route;
  return found->route->begin({.route = *found->route,
                              .request = request,
                              .values = found->values,
                              .web = *web_,
                              .token = token_,
                              .host = host_,
                              .waker = waker_});
}

bool HttpProtocol::is_foreign(const Request& request) const {
  const std::string_view origin = request.field("Origin");
  return !shared_ && !origin.empty() && !is_own_origin(origin, request.field("Host")) &&
         !web_->allows_origin(origin);
}

// False for an Authorization of another kind.
bool HttpProtocol::take_token(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view authorization = request.field("Authorization");
  if (authorization.empty()) return true;
  if (authorization.size() <= kBearer.size() ||
      !engine::equal_words(authorization.substr(0, kBearer.size()), kBearer)) {
    return false;
  }
  token_ = authorization.substr(kBearer.size());
  return true;
}

// OPTIONS, and what browsers ask before they let a foreign page act.
Response HttpProtocol::options(const Request& request, bool foreign, const Found& found) const {
  Response response{.status = 204};
  response.fields.emplace_back("Allow", found.allow);
  if (foreign || request.count("Access-Control-Request-Method") == 0) return response;
  if (shared_) {
    response.fields.emplace_back("Access-Control-Allow-Methods", found.shared_methods);
    response.fields.emplace_back("Access-Control-Allow-Headers",
                                 request.field("Access-Control-Request-Headers"));
    response.fields.emplace_back("Vary", "Access-Control-Request-Headers");
    return response;
  }
  response.fields.emplace_back("Access-Control-Allow-Methods", found.allow);
  response.fields.emplace_back("Access-Control-Allow-Headers",
                               "Authorization, Content-Type, Idempotency-Key, Last-Event-ID");
  response.fields.emplace_back("Access-Control-Max-Age", std::string(kPreflightSeconds));
  return response;
}

// ---- out --------------------------------------------------------------------------------------

void HttpProtocol::reply(const engine::Session& session, std::uint32_t tag,
                         const engine::Answer& answer, Output& output) {
  if (successor_) return successor_->reply(session, tag, answer, output);
  somebody_ = session.account.value != 0;
  if (step_ != Step::kTask) {
    if (!answer.reply) return finish(answer_response(answer), output);
    step_ = Step::kTask;
    output.follow_up = true;
    return;
  }
  auto response = task_->answered(session, answer);
  if (!response) {
    output.follow_up = true;
    return;
  }
  finish(*std::move(response), output);
}

void HttpProtocol::push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
                        Output& output) {
  if (successor_) successor_->push(session, push, texts, output);
}

Spoken HttpProtocol::speak(Output& output) {
  if (successor_) return successor_->speak(output);
  if (!held_) return {};
  auto told = held_->look();
  if (!told) return {};
  finish(std::move(told->response), output);
  return {.stamp = told->stamp, .answers = true};
}

bool HttpProtocol::waits() const {
  return successor_ ? successor_->waits() : held_ != nullptr;
}

void HttpProtocol::refuse(const Status& why, Output& output) {
  if (successor_) return successor_->refuse(why, output);
  // Nobody has asked yet: all who come are too many.
  const int status = why.code() == Code::kBusy ? 503 : status_of(why.code());
  write(nullptr, error_response(status, why), false, output.bytes);
}

void HttpProtocol::finish(Response response, Output& output) {
  const Request& request = reader_.request();
  const bool keep_alive = request.keep_alive && !response.close;
  write(&request, std::move(response), keep_alive, output.bytes);
  output.close = successor_ == nullptr && !keep_alive;
  reader_.next();
  task_.reset();
  held_.reset();
  step_ = Step::kNone;
}

// The last answer: where the next request would begin is not known.
Decoded HttpProtocol::answer_fault(int status, const Status& why, std::size_t consumed,
                                   DecodeSpace& space) {
  space.text.clear();
  route_ = nullptr;
  write(nullptr, error_response(status, why), false, space.text);
  return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = true};
}

// `request`: what is answered, if it is known.
void HttpProtocol::write(const Request* request, Response response, bool keep_alive,
                         std::string& out) {
  Writing writing{.date = web_->date(), .keep_alive = keep_alive};
  if (request != nullptr) {
    writing.http_1_1 = request->http_1_1;
    writing.head_only = request->method == Method::kHead;
    if (is_known(*request, response)) response.status = 304;
    add_origin_fields(*request, response);
  }
  web_->count(route_ != nullptr ? route_->name : kNoRoute, response.status);
  // Who is held waits for others: that is no time of ours.
  if (route_ != nullptr && !held_) web_->took(route_->kind, web_->since_boot() - asked_);
  write_response(response, writing, out);
  successor_ = std::move(response.successor);
}

// What lets a page of another origin read the response.
void HttpProtocol::add_origin_fields(const Request& request, Response& response) const {
  if (shared_) {
    response.fields.emplace_back("Access-Control-Allow-Origin", "*");
    return;
  }
  const std::string_view origin = request.field("Origin");
  if (!origin.empty() && web_->allows_origin(origin)) {
    response.fields.emplace_back("Access-Control-Allow-Origin", std::string(origin));
    response.fields.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
  }
  if (!web_->options().origins.empty()) response.fields.emplace_back("Vary", "Origin");
}

// ---- dialects ---------------------------------------------------------------------------------

Dialect http_dialect(std::shared_ptr<Web> web) {
  Dialect dialect;
  dialect.channel = "http";
  dialect.resident = web->tickets();
  dialect.make_protocol = [web = std::move(web)] {
    return std::make_unique<HttpProtocol>(Door::kPublic, web);
  };
  return dialect;
}

Dialect metrics_dialect(std::shared_ptr<Web> web) {
  return {.channel = "metrics", .make_protocol = [web = std::move(web)] {
            return std::make_unique<HttpProtocol>(Door::kMetrics, web);
          }};
}

}  // namespace holdfast::net::web
