// The hotel with room types: one HTTP-like request a connection, one answer, for the clients of the
// old hotel server. README.md has the protocol.

#pragma once

#include <string>

#include "net/dialect.h"

namespace holdfast::net::legacy {

struct RoomsOptions {
  std::string offering = "grand";  // of axis nights, its units labelled with numbers
};

Dialect rooms_dialect(const RoomsOptions& options);

}  // namespace holdfast::net::legacy
