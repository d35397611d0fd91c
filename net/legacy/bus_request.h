// BusRequest: what a message to the bus asks for.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::net::legacy {

struct BusRequest {
  enum class Kind : std::uint8_t {
    kInvalid,
    kDisplay,
    kBook,
    kPay,
    kRegister,
    kLogin,
    kExit,
  };
  Kind kind = Kind::kInvalid;
  std::optional<std::int64_t> seat = {};  // of kBook; nothing when it is no whole number
  std::string name = {};                  // of kRegister and kLogin; empty when one is missing
  std::string password = {};
};

// Every message means something: what is no request, no UTF-8 for one, is kInvalid.
BusRequest parse_bus_request(std::string_view message);

}  // namespace holdfast::net::legacy
