// Bounds of the old ticket system, each with its reason. Tests meet each of them.

#pragma once

#include <cstddef>

#include "net/basics.h"
#include "net/web/limits.h"

namespace holdfast::net::web::tickets {

// ---- Engine.IO: what its clients are told, and what they expect

// Clients take the server for gone when no ping comes in the sum of these.
inline constexpr Duration kPingInterval = Duration::seconds(25);
inline constexpr Duration kPingTimeout = Duration::seconds(20);
// A session that has not connected to the namespace by then is none: a page that is left at once
// leaves one behind.
inline constexpr Duration kConnectTime = Duration::seconds(45);
// From "2probe" to "5": two round trips and a poll that ends.
inline constexpr Duration kUpgradeTime = Duration::seconds(10);
// A session that has ended is known for so long, so that its client can be told; then it is
// unknown.
inline constexpr Duration kFarewellTime = Duration::seconds(30);

// A message, and a POST of several: as any body. The largest that a client has to send is 200
// bytes.
inline constexpr std::size_t kMaxMessageBytes = kMaxBodyBytes;

// Sessions over polling hold no connection, so the bound of connections does not bound them. At
// some 700 bytes each, and what waits for their next poll: 24 bytes for each packet.
inline constexpr std::size_t kMaxSessions = 20'000;
// Of these, such as one host has and that have not ended: half of the house, so that there is room
// for others whatever one does. No less, since all pages behind a proxy come from one host.
inline constexpr std::size_t kMaxSessionsOfHost = kMaxSessions / 2;
// Of these, such as have not connected: beyond, the oldest ends. A page connects within a second,
// so many more than come in one; who opens them to fill the house pushes out his own first.
inline constexpr std::size_t kMaxUnconnected = 4'096;
static_assert(kMaxUnconnected < kMaxSessions);
// What waits for the next poll. A client polls again at once: with so many packets waiting it is
// gone, or as good as.
inline constexpr std::size_t kMaxQueuedPackets = 256;
// Events of one session that wait for the engine. Pages send one for each click; beyond, the
// session ends.
inline constexpr std::size_t kMaxWaitingEvents = 64;

// ---- the seats

// A seat that is being chosen is kept for so long.
inline constexpr int kLockSeconds = 30;
// A name stays taken for so long after its last socket has gone: over a reload or a bad network;
// and after a login, until a socket comes.
inline constexpr Duration kNameGrace = Duration::seconds(30);
// A guest's name of the engine is up to 128 bytes, with "ticket:" before the name.
inline constexpr std::size_t kMaxNameBytes = 100;
// Names that are taken: one for each session, and those of the grace time.
inline constexpr std::size_t kMaxNames = 2 * kMaxSessions;
// How soon an offering is looked for again that was not there; and how soon the departure of a new
// day is seen. It costs a look-up.
inline constexpr Duration kReloadTime = Duration::seconds(1);

}  // namespace holdfast::net::web::tickets
