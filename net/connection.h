// Connection: one client: its socket, its bytes on the way in and out, and where it stands.
//
//   open --(QUIT, framing error, drain)--> finishing --> lingering --> closed
//     |--(peer ended its side)-----------> finishing ----------------> closed
//     `--(reset, hostile, too slow)----------------------------------> closed
//
// It is driven by Clients, which owns it and decides when; it never calls back. Loop thread only.
//
// Replies are queued as bytes together with the seq they are stamped with, and leave in order, each
// only when that seq is durable. Memory is held only while bytes wait.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/service.h"
#include "net/basics.h"
#include "net/buffer.h"
#include "net/limits.h"
#include "net/output_queue.h"
#include "net/protocol.h"
#include "net/push_texts.h"
#include "net/tls.h"

namespace holdfast::net {

// Room that all connections share within a turn.
struct TurnSpace {
  std::unique_ptr<char[]> read_area = std::make_unique_for_overwrite<char[]>(kReadBytes);
  DecodeSpace decode;
  Output output;
  PushTexts texts;
  std::size_t handshakes_left = kMaxHandshakesPerTurn;
};

class Connection {
 public:
  enum class State : std::uint8_t { kOpen, kFinishing, kLingering, kClosed };

  // `session` and `limits` outlive the connection.
  Connection(FileDescriptor socket, std::unique_ptr<Protocol> protocol, engine::Session& session,
             const ConnectionLimits& limits);

  // From now on what is sent and received is encrypted. REQUIRES: nothing has been yet.
  void secure(std::unique_ptr<TlsStream> tls) { tls_ = std::move(tls); }
  // Encrypted, and both sides know each other; or not to be encrypted.
  bool established() const { return tls_ == nullptr || tls_->established(); }
  // read() goes on when there is room to send.
  bool reads_by_sending() const { return tls_ != nullptr && tls_->wants_to_send(); }

  // Reads once and runs what is complete, at most kMaxRequestsPerTurn requests or for
  // limits.turn_time.
  void read(TurnSpace& space, engine::Service& service);
  // Runs complete requests that an earlier turn left over.
  void run(TurnSpace& space, engine::Service& service);
  // The answer of the request that was pending.
  void complete(const engine::Answer& answer, TurnSpace& space);
  // Stalled writes may be offered again.
  void unstall() { stalled_ = false; }
  // Nothing has come for quiet_after().
  void quiet(TurnSpace& space, engine::Service& service);
  // Changes; or that they are lost, which ends the connection.
  void push(const engine::Push& push, TurnSpace& space);
  // What the protocol says unasked, when it was woken.
  void speak(TurnSpace& space);
  // Reads no more; answers what has been read, then closes.
  void end_input() { last_input_ = true; }
  // The socket takes bytes again.
  void unblock() { blocked_ = false; }
  // Drops everything.
  void close(std::string reason);

  // End of the turn: releases what is durable, writes once, moves on to the next state.
  void settle(engine::Seq durable);

  State state() const { return state_; }
  // Why the connection was closed, for the log; empty for an ordinary end.
  const std::string& close_reason() const { return close_reason_; }
  engine::Session& session() const { return session_; }
  int fd() const { return socket_.get(); }
  // EPOLLIN and EPOLLOUT as wanted now.
  std::uint32_t interest();
  bool may_read() const;
  // run() may find a request to execute.
  bool runnable() const { return maybe_complete_ && may_execute(); }
  bool stalled() const { return stalled_; }
  // The protocol wants to look at its incomplete input again if nothing comes for so long.
  std::optional<Duration> quiet_after() const { return quiet_after_; }
  // Everything before a pause has been sent, and what follows must wait at least so long, and until
  // the peer has acknowledged it.
  std::optional<Duration> pause() const;
  bool acknowledged() const;
  void end_pause();
  // The next command of the message in hand is to be run only after so long.
  std::optional<Duration> rest() const { return rest_; }
  void end_rest() { rest_.reset(); }
  // Replies wait for durability.
  bool waits_for_release() const { return held_first_ < held_.size(); }
  // Entries kept for held replies, those that are released included.
  std::size_t held_entries() const { return held_.size(); }
  // The socket took less than was offered, and has not asked for more.
  bool blocked() const { return blocked_; }
  // Bytes the socket has taken since the beginning.
  std::uint64_t sent() const { return sent_; }
  // Nothing asked, nothing owed.
  bool idle() const;
  // It is for the protocol to say when the peer has been silent for too long.
  bool waits() const { return protocol_->waits(); }
  bool over_soft_bound() const { return pushed_ && output_.size() > limits_.output_soft_bytes; }
  std::uint64_t requests() const { return requests_; }

 private:
  // Output up to stream position `end` may leave when `stamp` is durable.
  struct Held {
    std::uint64_t end;
    engine::Seq stamp;
    std::uint32_t replies;
  };

  // Output from stream position `at` on waits.
  struct Pause {
    std::uint64_t at;
    Duration least;
  };

  bool may_execute() const;
  std::size_t execute_requests(std::string_view input, Rest rest, TurnSpace& space,
                               engine::Service& service);
  // Returns how much of `input` is done with.
  std::size_t execute_next(std::string_view input, Rest rest, TurnSpace& space,
                           engine::Service& service);
  void execute_request(std::uint32_t tag, TurnSpace& space, engine::Service& service);
  void answer(const engine::Answer& answer, TurnSpace& space);
  void queue(Output& output, engine::Seq stamp, std::uint32_t replies);
  void queue_unasked(engine::Seq stamp, TurnSpace& space);
  void queue_refusal(const Status& why, TurnSpace& space);
  void receive_into_area(TurnSpace& space, engine::Service& service);
  void receive_into_input(TurnSpace& space, engine::Service& service);
  ssize_t receive(std::span<char> room);
  ssize_t transmit(std::span<iovec> pieces);
  bool received(ssize_t bytes);
  void finish();
  void release(engine::Seq durable);
  void write();
  void write_once(std::size_t most);
  void advance_state();

  FileDescriptor socket_;
  std::unique_ptr<TlsStream> tls_;  // over socket_; nothing: plain
  std::unique_ptr<Protocol> protocol_;
  engine::Session& session_;
  const ConnectionLimits& limits_;

  Buffer input_;            // received, not consumed
  OutputQueue output_;      // [sent_, queued_) of the output stream
  std::uint64_t sent_ = 0;  // stream positions
  std::uint64_t releasable_ = 0;
  std::uint64_t queued_ = 0;
  std::vector<Pause> pauses_;  // in order
  std::vector<Held> held_;     // those from held_first_ on wait, in order
  std::size_t held_first_ = 0;
  std::size_t in_flight_ = 0;  // requests whose replies are not released
  std::uint64_t requests_ = 0;
  std::uint32_t tag_ = 0;  // of the request that is executed, or was last
  std::optional<Duration> quiet_after_;
  std::optional<Duration> rest_;
  std::string close_reason_;

  State state_ = State::kOpen;
  bool pending_ = false;         // the service owes an answer; later requests wait
  bool stalled_ = false;         // the next request waits for the disk
  bool following_ = false;       // the next request is a follow-up, not in input_
  bool maybe_complete_ = false;  // input_ may hold complete requests
  bool peer_ended_ = false;      // the peer ended its side
  bool last_input_ = false;      // nothing is read any more
  bool muted_ = false;           // EPOLLIN is off: it came while nothing may be read
  bool blocked_ = false;         // the socket took less than was offered
  bool pushed_ = false;          // the output waiting holds changes
};

}  // namespace holdfast::net
