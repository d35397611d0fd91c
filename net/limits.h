// Every bound of the network side, each with its reason. Unit tests meet each of them.

#pragma once

#include <climits>
#include <cstddef>

#include "storage/clock.h"

namespace holdfast::net {

// Requests. A command's largest word is a note of 500 bytes; these leave room for scripts and keep
// what one connection can make us hold small.
inline constexpr std::size_t kMaxLineBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxBulkBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxArguments = 1024;
// All words of one array with their headers: four of the largest words.
inline constexpr std::size_t kMaxRequestBytes = std::size_t{256} * 1024;
// An oversized request is skipped up to these sizes, which are the largest a client library sends;
// beyond them the end of the frame is not believed, and the connection is closed.
inline constexpr std::size_t kMaxSkippedArguments = std::size_t{1024} * 1024;
inline constexpr std::size_t kMaxSkippedBulkBytes = std::size_t{512} * 1024 * 1024;

// The turn.
inline constexpr std::size_t kReadBytes =
    std::size_t{64} * 1024;  // one read; shared by all connections
// Requests of one connection in one turn: at a few microseconds each, nobody waits longer than a
// millisecond for a pipeline; deep enough for one group commit to be worth its sync. Where they
// take longer, ConnectionLimits::turn_time ends its part of the turn.
inline constexpr std::size_t kMaxRequestsPerTurn = 128;
// Pieces of output that one system call takes: a pipeline's replies are one, a watcher's changes
// one each. Far below the kernel's IOV_MAX, since they stand on the stack.
inline constexpr std::size_t kMaxPiecesPerWrite = 256;
static_assert(kMaxPiecesPerWrite <= IOV_MAX);
inline constexpr std::size_t kMaxAcceptsPerTurn = 64;
// Steps of TLS handshakes: a signature of RSA takes a millisecond, so some ten of the loop.
inline constexpr std::size_t kMaxHandshakesPerTurn = 8;
inline constexpr std::size_t kMaxEventsPerTurn = 512;

// Descriptors kept back from clients: journal segments and LMDB (about 16), listeners, the loop's
// own, backups, and admin connections or the spares that keep their places (DescriptorReserve).
inline constexpr std::size_t kReservedDescriptors = 64;
inline constexpr std::size_t kMaxAdminClients = 16;
static_assert(kMaxAdminClients * 2 <= kReservedDescriptors);

// What a connection may cost. Tests make them small.
struct ConnectionLimits {
  // Once its requests have taken so long in one turn, the rest wait for the next one: some commands
  // look at thousands of rows, and a pipeline of those must not be one turn. Twice what a full
  // share of usual requests takes.
  storage::Duration turn_time = storage::Duration::milliseconds(2);
  // Requests whose replies are not yet released: beyond, reading pauses.
  std::size_t in_flight = 1024;
  // Unsent output above which no more requests of the connection are run, and a watcher that
  // resumes is told no more old changes.
  std::size_t output_pause_bytes = std::size_t{256} * 1024;
  // Unsent output of a watcher: above the soft bound for slow_reader_time, or above the hard bound
  // at once, the connection is closed.
  std::size_t output_soft_bytes = std::size_t{8} * 1024 * 1024;
  std::size_t output_hard_bytes = std::size_t{32} * 1024 * 1024;
  storage::Duration slow_reader_time = storage::Duration::seconds(10);
  // A connection whose socket has taken nothing for so long, while bytes wait for it, is closed: a
  // peer that does not read would keep its replies and its place among max_clients for ever. Long
  // enough for a stopped process or a pause of the network; who reads at all, however slowly,
  // stays.
  storage::Duration stuck_reader_time = storage::Duration::seconds(60);
  // After a last reply the peer's remaining bytes are read and dropped for so long: closing with
  // unread bytes would make the kernel take the reply back.
  storage::Duration linger_time = storage::Duration::seconds(2);
  // A TLS connection that has not finished its handshake by then is closed: each costs some 40 KB.
  storage::Duration handshake_time = storage::Duration::seconds(10);
  // A connection that has not made one request by then is closed.
  storage::Duration first_request_time = storage::Duration::seconds(60);
};

}  // namespace holdfast::net
