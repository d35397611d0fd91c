// The map of the bus, in the three forms that its clients know.

#pragma once

#include <string>
#include <vector>

#include "engine/reply.h"
#include "net/legacy/bus.h"

namespace holdfast::net::legacy {

// What fits into one reply of the widest form; further seats are not drawn.
inline constexpr std::size_t kMaxSeatsDrawn = 152;

// Which seats are taken, in the order of the plan, from the answer to MAP.
std::vector<bool> taken_seats(const engine::Record& map);

// At most kMaxSeatsDrawn seats and kMaxMessageBytes; what is more is left out at the end, by rows.
std::string draw_seats(BusDialect dialect, const std::vector<bool>& taken);

}  // namespace holdfast::net::legacy
