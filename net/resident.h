// Resident: a part of a dialect that asks the engine without a connection: what lives longer than
// the connections of a conversation, or is shared by many. It has a session of its own.
//
// It runs in the turn like a connection: its commands are executed behind those of the sockets, one
// after the other, the next when the one before is answered. What it has to tell connections it
// gives to their protocols, and wakes them. Loop thread only.

#pragma once

#include <optional>

#include "engine/service.h"
#include "engine/session.h"
#include "net/basics.h"
#include "net/protocol.h"

namespace holdfast::net {

class Resident {
 public:
  virtual ~Resident() = default;

  // Whom records and the log name, and what it may do.
  virtual engine::Peer peer() const = 0;

  // Does what has fallen due; once a turn, before its commands.
  virtual void on_time() = 0;
  // Until on_time() has work; nothing: until somebody comes.
  virtual std::optional<Duration> time_to_next() const = 0;

  // It may have a command.
  virtual bool wants_to_ask() const = 0;
  // Puts the words of its next command into `space`, where they live as those of a request do;
  // false: there is none. May be called again for the same command.
  virtual bool next_command(DecodeSpace& space) = 0;
  virtual void answered(const engine::Answer& answer) = 0;
  // Its commands of this turn are run.
  virtual void rest() = 0;

  // Changes that its session watches; or that they are lost.
  virtual void push(const engine::Push& push) = 0;
};

}  // namespace holdfast::net
