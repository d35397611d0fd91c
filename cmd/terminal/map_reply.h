// The reply of MAP as a map to draw.

#pragma once

#include <optional>

#include "cmd/terminal/seat_map.h"
#include "net/client/resp_value.h"

namespace holdfast::cmd {

// Nothing when the reply is no map: a record with `rows`, each with `seats`, one letter a unit and
// '|' for an aisle.
std::optional<SeatMap> read_map_reply(const net::RespValue& reply);

}  // namespace holdfast::cmd
