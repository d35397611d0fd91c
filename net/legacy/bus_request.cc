#include "net/legacy/bus_request.h"

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

using Kind = BusRequest::Kind;

// The verb needs only to begin so; the seat is the field between the first two single blanks.
BusRequest parse_book(std::string_view message) {
  BusRequest request{.kind = Kind::kBook};
  const std::size_t blank = message.find(' ');
  if (blank == std::string_view::npos) return request;
  const std::string_view fields = message.substr(blank + 1);
  request.seat = parse_int(fields.substr(0, fields.find(' ')));
  return request;
}

// "NAME PASSWORD": names may hold blanks, so the password is what follows the last one.
BusRequest parse_account(Kind kind, std::string_view fields) {
  BusRequest request{.kind = kind};
  const std::size_t blank = fields.rfind(' ');
  if (blank == std::string_view::npos || blank == 0 || blank + 1 == fields.size()) return request;
  request.name = fields.substr(0, blank);
  request.password = fields.substr(blank + 1);
  return request;
}

}  // namespace

BusRequest parse_bus_request(std::string_view message) {
  constexpr std::string_view kRegister = "register ";
  constexpr std::string_view kLogin = "login ";
  if (!is_utf8(message)) return {};
  if (message == "display") return {.kind = Kind::kDisplay};
  if (message == "exit") return {.kind = Kind::kExit};
  if (message == "dummy_payment") return {.kind = Kind::kPay};
  if (message.starts_with("book")) return parse_book(message);
  if (message.starts_with(kRegister)) {
    return parse_account(Kind::kRegister, message.substr(kRegister.size()));
  }
  if (message.starts_with(kLogin)) {
    return parse_account(Kind::kLogin, message.substr(kLogin.size()));
  }
  return {};
}

}  // namespace holdfast::net::legacy
