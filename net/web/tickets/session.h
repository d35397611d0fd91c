// Session: one client of Engine.IO 4, for as long as it is one: it outlives the requests of its
// polling and may change to a WebSocket meanwhile. What is to be said to it waits here until a poll
// or the WebSocket takes it.
//
//   polling --(2probe on a WebSocket)--> upgrading --(5)--> on the WebSocket
//      |            ^---(the WebSocket fails)--'                  |
//      '----------------------------> ended <---------------------'
//
// Connections know their session; it knows of them no more than how to wake them. Loop thread only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service.h"
#include "net/protocol.h"
#include "net/timers.h"

namespace holdfast::net::web::tickets {

// A packet on its way out, as polling and as WebSockets want it. Many may share it.
struct Message {
  std::string packet;
  std::string frame;
};
using MessagePtr = std::shared_ptr<const Message>;
MessagePtr make_message(std::string packet);

// A packet that waits, and how durable the store must be before it may be read.
struct Outgoing {
  MessagePtr message;
  engine::Seq stamp;
};

class Session;

// What is built on Engine.IO. It hears of each session's end exactly once.
class SessionListener {
 public:
  virtual ~SessionListener() = default;
  virtual void on_message(Session& session, std::string_view text) = 0;
  virtual void on_end(Session& session) = 0;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // Why it ends: who did it decides about the last words.
  enum class End : std::uint8_t {
    kByServer,  // it was closed here: the client broke the protocol
    kSilent,    // the client was silent
    kByClient,  // it said so
    kLost,      // its connection is gone
  };

  // `listener` outlives it. Polling, unless a WebSocket attaches at once.
  Session(std::string sid, std::string_view host, SessionListener& listener, Time now);

  const std::string& sid() const { return sid_; }
  const std::string& host() const { return host_; }
  bool ended() const { return ended_; }
  // It has ended, and its client is to be told by the next poll.
  bool awaits_last_poll() const { return ended_ && !polled_ && !farewell_.empty(); }

  // ---- in
  // One packet, over whichever transport. False for what is no packet; the session has ended then.
  bool receive(std::string_view packet, Time now);
  // Its time has come: a ping, or the end. See next_due().
  void on_time(Time now);
  // When on_time() has something to do.
  Time next_due() const;

  // ---- out
  // Queues a packet. Nothing is said to one that has ended. Whoever lets too many wait ends.
  void send(MessagePtr message, engine::Seq stamp);
  void end(End why);

  // ---- polling
  bool polled() const { return polled_; }
  // A poll waits. REQUIRES: none does, and it is not on a WebSocket.
  void begin_poll(const Waker& waker);
  // What the poll is answered: all that waited for it, or the first that came while it waited,
  // alone, as pages are used to; or that there is nothing any more. Nothing: it goes on waiting.
  // The poll is over with the answer.
  struct Payload {
    std::string text;
    engine::Seq stamp;
  };
  std::optional<Payload> take_payload();
  // The connection of the poll is gone, and what it may have been sent with it.
  void lose_poll();

  // ---- WebSocket
  bool on_web_socket() const { return carrier_ == Carrier::kWebSocket; }
  bool upgrading() const { return carrier_ == Carrier::kUpgrading; }
  bool has_web_socket() const { return has_web_socket_; }
  // One has come for it. REQUIRES: it has none.
  void attach(const Waker& waker);
  // The client wants to change to it: polls are answered, so that none is under way.
  void probe();
  // It has changed. REQUIRES: it is attached.
  void upgrade();
  // The WebSocket is gone: the end, unless polling still carries the session.
  void detach();
  // All that waits.
  std::vector<Outgoing> take_packets();

  // ---- Socket.IO: kept here for who listens
  struct Socket {
    bool connected = false;   // to the one namespace
    std::string name;         // of the user; empty: nobody yet
    std::size_t waiting = 0;  // events that wait for the engine
  } socket;
  // It has connected in time.
  void keep() { kept_ = true; }
  bool kept() const { return kept_; }

  // ---- of the table of sessions
  struct Entry {
    std::uint64_t number = 0;
    TimerId timer = 0;
  } entry;

 private:
  enum class Carrier : std::uint8_t { kPolling, kUpgrading, kWebSocket };

  void wake() const;

  std::string sid_;
  std::string host_;
  SessionListener& listener_;
  Time opened_;
  Time ping_due_;                // the next ping; with pinged_ the end without a pong
  std::vector<Outgoing> queue_;  // in order
  std::string_view farewell_;    // for a poll of one that has ended
  Waker poll_waker_;
  Waker web_socket_waker_;
  Carrier carrier_ = Carrier::kPolling;
  bool polled_ = false;
  bool first_alone_ = false;  // the front of the queue came while a poll waited
  bool has_web_socket_ = false;
  bool pinged_ = false;
  bool kept_ = false;
  bool ended_ = false;
};

}  // namespace holdfast::net::web::tickets
