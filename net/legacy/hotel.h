// The hotel by count: a name, a password, then book, query and checkout, for the clients of the old
// hotel server. README.md has the protocol.

#pragma once

#include <string>

#include "net/dialect.h"

namespace holdfast::net::legacy {

struct HotelOptions {
  std::string offering = "hotel";  // of axis nights, pay=later
};

Dialect hotel_dialect(const HotelOptions& options);

}  // namespace holdfast::net::legacy
