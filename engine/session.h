// Session: who is on a connection and what the connection asked for. Kept by the engine, one per
// connection; loop thread only.

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "engine/values.h"

namespace holdfast::engine {

using SessionId = Id<struct SessionTag, std::uint64_t>;  // never reused while the process lives

// Where a connection comes from.
struct Peer {
  std::string channel;        // "native", "admin"; dialects add their own
  std::string address;        // "127.0.0.1:40112", or "uid=0 pid=77" on the admin socket
  std::string host;           // the address without port: what login attempts are counted by
  bool admin = false;         // came by the admin socket
  Role role = Role::kGuest;   // of its sessions while nobody is logged in
  std::string offering = {};  // what the listener sells, perhaps dated ("bookbus-{date}"); or empty
};

// How replies are shaped; each protocol reads what it knows.
enum class Shape : std::uint8_t {
  kAsAsked,  // fields for an array request, lines for a line request
  kFields,
  kLines,
};

struct Session {
  SessionId id;
  Peer peer;
  Time opened;

  AccountId account;  // {0}: nobody logged in
  std::string name;   // of the account
  PersonId person;    // of the account
  Role role = Role::kGuest;

  std::uint8_t resp = 2;  // HELLO 2|3
  Shape shape = Shape::kAsAsked;

  // Offerings watched, those held in (with the units held) and the one of the listener: together
  // what the demand rule counts. See Activity.
  std::set<OfferingId> watched;
  std::map<OfferingId, std::uint32_t> active;
  std::set<ReservationId> holds;
  OfferingId bound;  // peer.offering as it is now; {0}: none, or there is no such offering

  std::string label;             // CLIENT SETNAME
  Time asked;                    // when the last request came; opened, before the first
  std::uint64_t requests = 0;    // that were executed
  std::size_t unsent_bytes = 0;  // of output; set by net

  bool quitting = false;   // QUIT: close once the reply is out
  bool congested = false;  // set by net: much of the output is unsent, old changes had better wait
};

}  // namespace holdfast::engine
