// Bounds of what comes in over HTTP, each with its reason. Tests meet each of them.

#pragma once

#include <cstddef>

#include "net/basics.h"

namespace holdfast::net::web {

// What browsers send is below 4 KiB, cookies of others included.
inline constexpr std::size_t kMaxHeadBytes = std::size_t{16} * 1024;
// As a line of the native protocol.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} * 1024;
// A body in chunks of one byte is six times as long with its framing.
inline constexpr std::size_t kMaxFramedBodyBytes = kMaxBodyBytes * 6;
// Commands of one POST: beyond, one message would be too much of a turn.
inline constexpr std::size_t kMaxCommands = 128;

// Who is silent between two requests. Longer than the minute that proxies keep theirs, so that it
// is they who close.
inline constexpr Duration kKeepAliveTime = Duration::seconds(75);
// From a head's first byte to its last, however they come; then likewise the body.
inline constexpr Duration kHeadTime = Duration::seconds(10);
inline constexpr Duration kBodyTime = Duration::seconds(30);
// An event stream says something at least so often, lest proxies take it for dead.
inline constexpr Duration kHeartbeat = Duration::seconds(15);

}  // namespace holdfast::net::web
