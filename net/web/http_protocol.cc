#include "net/web/http_protocol.h"

#include <algorithm>
#include <utility>

#include "engine/words.h"
#include "net/web/http.h"
#include "net/web/limits.h"
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

Decoded HttpProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  if (successor_) return successor_->decode(input, rest, space);
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

Decoded HttpProtocol::begin(DecodeSpace& space) {
  began_.reset();
  continued_ = body_began_ = false;
  const Request& request = reader_.request();
  const std::size_t consumed = reader_.consumed();
  Begun begun = dispatch(request);
  if (auto* response = std::get_if<Response>(&begun)) {
    const bool keep_alive = request.keep_alive;
    space.text.clear();
    write(&request, std::move(*response), keep_alive, space.text);
    reader_.next();
    return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = !keep_alive};
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
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view origin = request.field("Origin");
  const bool own = origin.empty() || is_own_origin(origin, request.field("Host"));
  const bool foreign = !own && !web_->allows_origin(origin);
  if (foreign && writes(request.method)) {
    return error_response(403, Status(Code::kDenied, "pages of this origin may not act here")
                                   .with("origin", std::string(origin)));
  }
  const std::string_view authorization = request.field("Authorization");
  token_.clear();
  route_ = kNoRoute;
  if (!authorization.empty()) {
    if (authorization.size() <= kBearer.size() ||
        !engine::equal_words(authorization.substr(0, kBearer.size()), kBearer)) {
      return error_response(401, Status(Code::kNoAuth, "the only Authorization known is Bearer"));
    }
    token_ = authorization.substr(kBearer.size());
  }
  if (request.target == "*") {
    return Response{.status = 204}.with("Allow", std::string(kAllMethods));
  }
  auto found = find_route(door_, request);
  if (!found) return error_response(400, found.error());
  if (found->allow.empty()) {
    return error_response(404, Status(Code::kNotFound, "there is nothing at this path"));
  }
  if (request.method == Method::kOptions) return options(request, foreign, found->allow);
  if (found->route == nullptr) {
    return error_response(405, Status(Code::kProto, "the path has no such method"))
        .with("Allow", std::move(found->allow));
  }
  route_ = found->route->name;
  return found->route->begin({.route = *found->route,
                              .request = request,
                              .values = found->values,
                              .web = *web_,
                              .token = token_});
}

// OPTIONS, and what browsers ask before they let a foreign page act.
Response HttpProtocol::options(const Request& request, bool foreign,
                               const std::string& allow) const {
  Response response{.status = 204};
  response.fields.emplace_back("Allow", allow);
  if (!foreign && request.count("Access-Control-Request-Method") > 0) {
    response.fields.emplace_back("Access-Control-Allow-Methods", allow);
    response.fields.emplace_back("Access-Control-Allow-Headers",
                                 "Authorization, Content-Type, Idempotency-Key, Last-Event-ID");
    response.fields.emplace_back("Access-Control-Max-Age", std::string(kPreflightSeconds));
  }
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

void HttpProtocol::refuse(const Status& why, Output& output) {
  if (successor_) return successor_->refuse(why, output);
  // Nobody has asked yet: all who come are too many.
  const int status = why.code() == Code::kBusy ? 503 : status_of(why.code());
  write(nullptr, error_response(status, why), false, output.bytes);
}

void HttpProtocol::finish(Response response, Output& output) {
  const Request& request = reader_.request();
  const bool keep_alive = request.keep_alive;
  write(&request, std::move(response), keep_alive, output.bytes);
  output.close = successor_ == nullptr && !keep_alive;
  reader_.next();
  task_.reset();
  step_ = Step::kNone;
}

// The last answer: where the next request would begin is not known.
Decoded HttpProtocol::answer_fault(int status, const Status& why, std::size_t consumed,
                                   DecodeSpace& space) {
  space.text.clear();
  route_ = kNoRoute;
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
    const std::string_view origin = request->field("Origin");
    if (!origin.empty() && web_->allows_origin(origin)) {
      response.fields.emplace_back("Access-Control-Allow-Origin", std::string(origin));
      response.fields.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
    }
    if (!web_->options().origins.empty()) response.fields.emplace_back("Vary", "Origin");
  }
  web_->count(route_, response.status);
  write_response(response, writing, out);
  successor_ = std::move(response.successor);
}

// ---- dialects ---------------------------------------------------------------------------------

Dialect http_dialect(std::shared_ptr<Web> web) {
  return {.channel = "http", .make_protocol = [web = std::move(web)] {
            return std::make_unique<HttpProtocol>(Door::kPublic, web);
          }};
}

Dialect metrics_dialect(std::shared_ptr<Web> web) {
  return {.channel = "metrics", .make_protocol = [web = std::move(web)] {
            return std::make_unique<HttpProtocol>(Door::kMetrics, web);
          }};
}

}  // namespace holdfast::net::web
