#include "net/web/response.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "net/web/json.h"

namespace holdfast::net::web {
namespace {

struct StatusName {
  int status;
  std::string_view name;
};
constexpr std::array kStatusNames = std::to_array<StatusName>({
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
});

// Neither body nor length belongs to these.
bool is_bare(int status) {
  return status == 101 || status == 204 || status == 304;
}

}  // namespace

Response&& Response::with(std::string_view name, std::string value) && {
  fields.emplace_back(name, std::move(value));
  return std::move(*this);
}

std::string_view status_name(int status) {
  const auto found = std::ranges::find(kStatusNames, status, &StatusName::status);
  return found == kStatusNames.end() ? std::string_view() : found->name;
}

int status_of(Code code) {
  switch (code) {
    case Code::kSyntax:
    case Code::kArgs:
    case Code::kProto:
    case Code::kUsage:
      return 400;
    case Code::kNoAuth:
      return 401;
    case Code::kDeclined:
      return 402;
    case Code::kDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kExists:
    case Code::kTaken:
    case Code::kSoldOut:
    case Code::kNotTogether:
    case Code::kClosed:
    case Code::kState:
    case Code::kSameId:
    case Code::kPriceChanged:
      return 409;
    case Code::kExpired:
    case Code::kGone:
      return 410;
    case Code::kLimit:
    case Code::kBadValue:
    case Code::kConfig:
      return 422;
    case Code::kBusy:
      return 429;
    case Code::kDraining:
    case Code::kReadOnly:
      return 503;
    case Code::kIo:
    case Code::kCorruption:
    case Code::kLocked:
    case Code::kDirectory:
    case Code::kNewer:
    case Code::kClock:
    case Code::kAddress:
    case Code::kInternal:
      return 500;
  }
  return 500;
}

Response error_response(int status, const Status& why, std::optional<std::uint64_t> seq) {
  Response response{.status = status};
  append_error(why, seq, response.body);
  response.body += '\n';
  if (status == 401) return std::move(response).with("WWW-Authenticate", "Bearer");
  if (status == 429 || status == 503) return std::move(response).with("Retry-After", "1");
  return response;
}

Response answer_response(const engine::Answer& answer) {
  if (!answer.reply) {
    const Status& why = answer.reply.error();
    return error_response(status_of(why.code()), why, answer.stamp.value);
  }
  Response response;
  append_reply(*answer.reply, answer.stamp.value, response.body);
  response.body += '\n';
  return response;
}

void write_response(const Response& response, const Writing& writing, std::string& out) {
  auto at = std::back_inserter(out);
  fmt::format_to(at, "HTTP/1.1 {} {}\r\nDate: {}\r\nServer: holdfast\r\n", response.status,
                 status_name(response.status), writing.date);
  out += "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
  for (const auto& [name, value] : response.fields) fmt::format_to(at, "{}: {}\r\n", name, value);
  if (!response.type.empty() && !is_bare(response.status)) {
    fmt::format_to(at, "Content-Type: {}\r\n", response.type);
  }
  if (response.successor == nullptr && !is_bare(response.status)) {
    fmt::format_to(at, "Content-Length: {}\r\n", response.body.size());
  }
  if (response.status == 101) {
    // It says itself what the connection becomes.
  } else if (!writing.keep_alive || response.successor != nullptr) {
    out += "Connection: close\r\n";
  } else if (!writing.http_1_1) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!writing.head_only && !is_bare(response.status)) out += response.body;
}

std::string http_date(storage::Time now) {
  const std::time_t seconds = now.us / 1'000'000;
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(seconds));
}

}  // namespace holdfast::net::web
