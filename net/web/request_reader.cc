#include "net/web/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

#include "engine/words.h"
#include "net/web/limits.h"

namespace holdfast::net::web {
namespace {

namespace beast = boost::beast::http;

Method method_of(beast::verb verb) {
  switch (verb) {
    case beast::verb::get:
      return Method::kGet;
    case beast::verb::head:
      return Method::kHead;
    case beast::verb::post:
      return Method::kPost;
    case beast::verb::delete_:
      return Method::kDelete;
    case beast::verb::options:
      return Method::kOptions;
    default:
      return Method::kOther;
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// A host as RFC 3986 has it, with a port or without: what is no part of a name is refused, so that
// nothing behind us takes it for a path or for somebody's name.
bool is_host(std::string_view host) {
  constexpr std::string_view kRegName =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%!$&'()*+,;=";
  constexpr std::string_view kInBrackets = "abcdefABCDEF0123456789:.";
  std::string_view name;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return false;
    name = host.substr(1, end - 1);
    if (name.empty() || name.find_first_not_of(kInBrackets) != std::string_view::npos) return false;
    host.remove_prefix(end + 1);
  } else {
    name = host.substr(0, host.find(':'));
    if (name.empty() || name.find_first_not_of(kRegName) != std::string_view::npos) return false;
    host.remove_prefix(name.size());
  }
  if (host.empty()) return true;
  return host.starts_with(':') && is_digits(host.substr(1)) && host.size() <= 6;
}

// What the bytes of a head may be: lines end in CR LF, and nothing else is a control but the tab.
bool is_harmless(std::string_view bytes, char before) {
  for (const char c : bytes) {
    if (c == '\n' ? before != '\r' : before == '\r') return false;
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r' && c != '\n') return false;
    if (c == 0x7f) return false;
    before = c;
  }
  return true;
}

}  // namespace

// ---- the parser -------------------------------------------------------------------------------

// Beast's, filling a Request.
class RequestReader::Parser final : public beast::basic_parser<true> {
 public:
  using string_view = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  Parser() {
    header_limit(static_cast<std::uint32_t>(kMaxHeadBytes));
    body_limit(kMaxBodyBytes);
    eager(true);
  }

  Request request;

 private:
  static std::string_view view(string_view text) { return {text.data(), text.size()}; }

  void on_request_impl(beast::verb verb, string_view, string_view target, int version,
                       error_code&) override {
    request.method = method_of(verb);
    request.target = view(target);
    request.http_1_1 = version == 11;
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(beast::field, string_view name, string_view value, error_code&) override {
    if (is_header_done()) return;  // of a trailer: nothing here asks for any
    request.fields.emplace_back(view(name), view(value));
  }
  void on_header_impl(error_code&) override { request.keep_alive = keep_alive(); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return take(body); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return take(body);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(string_view body) {
    request.body.append(body.data(), body.size());
    return body.size();
  }
};

// ---- reading ----------------------------------------------------------------------------------

RequestReader::RequestReader() = default;
RequestReader::~RequestReader() = default;

const Request& RequestReader::request() const {
  return parser_->request;
}

std::size_t RequestReader::consumed() const {
  return parsed_;
}

void RequestReader::next() {
  parser_.reset();
  scanned_ = parsed_ = head_bytes_ = 0;
  whole_ = false;
  fault_.reset();
}

RequestReader::Progress RequestReader::fail(int status, Code code, std::string message) {
  fault_ = Fault{.status = status, .why = Status(code, std::move(message))};
  return Progress::kFault;
}

RequestReader::Progress RequestReader::read(std::string_view input) {
  if (fault_) return Progress::kFault;
  if (whole_) return Progress::kWhole;
  if (input.empty()) return Progress::kNothing;
  if (head_bytes_ == 0) {
    const Progress progress = read_head(input);
    if (progress != Progress::kBody) return progress;
  }
  return read_body(input);
}

// kBody when the head is whole.
RequestReader::Progress RequestReader::read_head(std::string_view input) {
  const std::string_view area = input.substr(0, kMaxHeadBytes);
  // The end may straddle what was seen before.
  const std::size_t end = area.find("\r\n\r\n", scanned_ < 3 ? 0 : scanned_ - 3);
  const bool whole = end != std::string_view::npos;
  const std::string_view fresh = area.substr(scanned_, whole ? end + 4 - scanned_ : area.npos);
  if (!is_harmless(fresh, scanned_ == 0 ? ' ' : area[scanned_ - 1])) {
    return fail(400, Code::kProto, "a head has lines that end in CR LF, and no control characters");
  }
  scanned_ += fresh.size();
  if (!whole) {
    if (scanned_ < kMaxHeadBytes) return Progress::kHead;
    const bool line = area.find("\r\n") == std::string_view::npos;
    return fail(line ? 414 : 431, Code::kLimit,
                fmt::format("the {} is larger than {} bytes", line ? "request target" : "head",
                            kMaxHeadBytes));
  }
  head_bytes_ = end + 4;
  return parse_head(input.substr(0, head_bytes_));
}

RequestReader::Progress RequestReader::parse_head(std::string_view head) {
  if (head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos) {
    return fail(400, Code::kProto, "a field goes on in another line");
  }
  parser_ = std::make_unique<Parser>();
  parser_->request.head = head;
  boost::beast::error_code failure;
  parsed_ = parser_->put({parser_->request.head.data(), head.size()}, failure);
  if (failure == beast::error::body_limit) return too_large();
  if (failure == beast::error::bad_version) {
    return fail(505, Code::kProto, "the version is neither HTTP/1.0 nor HTTP/1.1");
  }
  if (failure || parsed_ != head.size()) return fail(400, Code::kProto, failure.message());
  if (const Progress progress = examine_framing(); progress != Progress::kBody) return progress;
  if (const Progress progress = examine_fields(); progress != Progress::kBody) return progress;
  return examine_target();
}

// Who asks, and for what, is said once: a server between could go by the other.
RequestReader::Progress RequestReader::examine_fields() {
  constexpr std::string_view kSaidOnce[] = {"Authorization", "Content-Type", "Idempotency-Key",
                                            "Last-Event-ID", "Origin"};
  for (const std::string_view name : kSaidOnce) {
    if (parser_->request.count(name) > 1) {
      return fail(400, Code::kProto, fmt::format("{} is said twice", name));
    }
  }
  return Progress::kBody;
}

// Where the request ends must have one answer only.
RequestReader::Progress RequestReader::examine_framing() {
  Request& request = parser_->request;
  const std::string_view encoding = request.field("Transfer-Encoding");
  const std::size_t lengths = request.count("Content-Length");
  const std::size_t encodings = request.count("Transfer-Encoding");
  if (lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0)) {
    return fail(400, Code::kProto, "the length of the body is said twice");
  }
  if (lengths > 0 && !is_digits(request.field("Content-Length"))) {
    return fail(400, Code::kProto, "Content-Length is not a number");
  }
  if (encodings > 0 && !request.http_1_1) {
    return fail(400, Code::kProto, "HTTP/1.0 has no Transfer-Encoding");
  }
  if (encodings > 0 && !engine::equal_words(encoding, "chunked")) {
    return fail(501, Code::kProto, "the only Transfer-Encoding known is chunked");
  }
  const std::string_view expectation = request.field("Expect");
  request.expects_continue = request.http_1_1 && engine::equal_words(expectation, "100-continue");
  if (!expectation.empty() && !engine::equal_words(expectation, "100-continue")) {
    return fail(417, Code::kProto, "the only Expect known is 100-continue");
  }
  return Progress::kBody;
}

RequestReader::Progress RequestReader::examine_target() {
  Request& request = parser_->request;
  const std::size_t hosts = request.count("Host");
  if (hosts > 1 || (hosts == 0 && request.http_1_1)) {
    return fail(400, Code::kProto, "a request has one Host");
  }
  if (hosts == 1 && !is_host(request.field("Host"))) {
    return fail(400, Code::kProto, "Host is not a host");
  }
  std::string_view target = request.target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t path = target.find_first_of("/?");
    if (!is_host(target.substr(0, path))) return fail(400, Code::kProto, "the target has no host");
    target = path == target.npos ? "/" : target.substr(path);
    break;
  }
  const bool usable = std::ranges::all_of(target, [](char c) { return c > ' ' && c < 0x7f; });
  const bool everything = target == "*" && request.method == Method::kOptions;
  if (!usable || target.find('#') != target.npos || (!everything && !target.starts_with('/'))) {
    return fail(400, Code::kProto, "the request target is not a path");
  }
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  request.query = target.substr(std::min(request.path.size() + 1, target.size()));
  return Progress::kBody;
}

RequestReader::Progress RequestReader::read_body(std::string_view input) {
  const std::string_view fresh = input.substr(parsed_);
  // Chunks end in no fewer bytes, and Beast insists on so many where the last one begins.
  const std::size_t least = parser_->chunked() ? std::string_view("0\r\n\r\n").size() : 1;
  if (!parser_->is_done() && fresh.size() >= least) {
    boost::beast::error_code failure;
    parsed_ += parser_->put({fresh.data(), fresh.size()}, failure);
    if (failure == beast::error::body_limit) return too_large();
    if (failure && failure != beast::error::need_more) {
      return fail(400, Code::kProto, failure.message());
    }
  }
  if (parser_->is_done()) {
    whole_ = true;
    return Progress::kWhole;
  }
  if (input.size() - head_bytes_ > kMaxFramedBodyBytes) return too_large();
  return Progress::kBody;
}

RequestReader::Progress RequestReader::too_large() {
  return fail(413, Code::kLimit, fmt::format("the body is larger than {} bytes", kMaxBodyBytes));
}

}  // namespace holdfast::net::web
