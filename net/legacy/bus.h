// The bus: display, book N, exit over a bare connection, for the clients of the old seat server. It
// had three forms that nothing on the wire tells apart. README.md has the protocol.

#pragma once

#include <cstdint>
#include <string>

#include "net/basics.h"
#include "net/dialect.h"

namespace holdfast::net::legacy {

enum class BusDialect : std::uint8_t {
  kHead,  // price and reply in two sends; map with an aisle; a ticket
  kMid,   // price and reply in two sends; map without an aisle; a line of confirmation
  kOld,   // a reply only; a list of seats
};

struct BusOptions {
  std::string offering = "bookbus";  // of axis event, its units labelled 1, 2, 3 ...; may be dated
  BusDialect dialect = BusDialect::kHead;
  // Between price and reply: clients that find both in one read take all for the price, and wait
  // for ever for the reply.
  Duration pace = Duration::milliseconds(50);
  // `book` holds for so long, and `dummy_payment` books.
  bool require_payment = false;
  Duration hold = Duration::seconds(600);
};

Dialect bus_dialect(const BusOptions& options);

}  // namespace holdfast::net::legacy
