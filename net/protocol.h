// Protocol: one dialect of the wire, as a machine between bytes and commands: bytes in, requests
// out; answers in, bytes out. It knows nothing of sockets, turns or durability.
//
// A connection has a Protocol of its own, which may keep what a conversation needs (a header that
// was read, a name that was given). Answers come back in the order of the requests. Loop thread
// only.
//
// One message of a dialect may need several commands: the first is what decode() finds, each
// further one is asked for by Output::follow_up with the answer to the one before. They run before
// the connection's next message; other connections run between them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/service.h"
#include "engine/session.h"
#include "net/basics.h"
#include "net/output_queue.h"
#include "net/push_texts.h"

namespace holdfast::net {

// Space that all connections share, for the words of the one request in hand.
struct DecodeSpace {
  std::vector<std::string_view> words;
  std::string text;  // words that are not in the input as they are; the answer of kAnswered
};

// What may come behind the bytes that are here.
enum class Rest : std::uint8_t {
  kMayCome,
  kQuiet,  // nothing has come for as long as Decoded::patience asked
  kEnded,  // nothing: the peer has ended its side
};

// What stands at the front of the input.
struct Decoded {
  enum class Kind : std::uint8_t {
    kIncomplete,  // nothing more can be said without more bytes
    kRequest,     // the words are in DecodeSpace
    kNothing,     // nothing that asks for an answer (a blank line); go on behind it
    kAnswered,    // no command is needed: the answer is DecodeSpace::text; go on behind it
    kRefused,     // `error` is the answer; go on behind it
    kBroken,      // `error` is the last answer; where the next request starts is not known
    kHostile,     // close at once without an answer; `error` is for the log
  };
  Kind kind = Kind::kIncomplete;
  std::size_t consumed = 0;  // bytes of the input that are done with, whatever the kind
  std::uint32_t tag = 0;     // of a request: given back with its answers
  bool close = false;        // of kAnswered: no more requests; close when everything is sent
  // Of kIncomplete: decode again, with kQuiet, when nothing has come for so long.
  std::optional<Duration> patience = {};
  std::optional<Status> error = {};
};

// Where a protocol appends what it says, and says what is to be done with it.
struct Output {
  // Bytes from `at` on leave only when the peer's kernel has acknowledged those before, and then
  // not until `least` has passed since they were sent.
  struct Pause {
    std::size_t at = 0;
    Duration least;
  };

  std::string bytes = {};
  SharedBytes shared = {};         // follows `bytes`: what other connections send too
  std::vector<Pause> pauses = {};  // ascending
  bool follow_up = false;          // another command of the same message: Protocol::follow_up()
  Duration rest = {};              // of follow_up: not before so long, when now would be of no use
  bool close = false;              // no more requests; close when everything is sent
};

// Asks a connection, from outside of it, to speak: its Protocol::speak() is called in this turn or
// the next one. When the connection has gone, nobody is asked. Loop thread only.
class Waker {
 public:
  using Woken = std::vector<std::uint64_t>;  // connections, by session

  Waker() = default;  // wakes nobody
  Waker(std::shared_ptr<Woken> woken, std::uint64_t connection)
      : woken_(std::move(woken)), connection_(connection) {}

  void wake() const {
    if (woken_) woken_->push_back(connection_);
  }

 private:
  std::shared_ptr<Woken> woken_;
  std::uint64_t connection_ = 0;
};

// What became of a wake.
struct Spoken {
  engine::Seq stamp;     // what was said waits until this is durable
  bool answers = false;  // a message that was held back has its answer: those behind it may come
};

class Protocol {
 public:
  virtual ~Protocol() = default;

  // Once, before all else: whom it speaks with, and how it is asked to speak. Only a protocol that
  // says something unasked needs either.
  virtual void attach(const engine::Peer& peer, const Waker& waker);

  // Looks at the front of `input`: all bytes not consumed so far, at least as many as in the call
  // before. Words live in `space` and `input` until either changes. A request that the service
  // cannot take now is not consumed but decoded again later, from the same bytes: decoding a
  // request must leave the protocol as it was. With kEnded `input` may be empty, and kIncomplete
  // gives up what is left.
  virtual Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) = 0;

  // After an answer that asked for it: puts the words of the next command of the same message into
  // `space`, where they live as those of a request do. Like decode() it may be called again for the
  // same command. REQUIRES: a protocol that never sets Output::follow_up is never asked.
  virtual void follow_up(DecodeSpace& space);

  // The answer to the request that was decoded with `tag`, or to its last follow-up.
  virtual void reply(const engine::Session& session, std::uint32_t tag,
                     const engine::Answer& answer, Output& output) = 0;

  // Changes the session watches. Comes between two replies, never inside one. What is the same for
  // other watchers is made by `texts` and given to Output::shared: many may watch.
  virtual void push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
                    Output& output) = 0;

  // After a wake: says what there is to be said; perhaps nothing. Comes between two replies. A wake
  // may come late, when what it was for has been said and the connection is something else.
  virtual Spoken speak(Output& output);

  // The peer is silent in order: its message is held back, or it is the protocol that looks after
  // its silence. Such a connection is not idle.
  virtual bool waits() const;

  // An error of the network side, which no command gave: kRefused, kBroken, or a connection that is
  // not served at all (kBusy). A dialect whose clients expect nothing unasked may stay silent.
  virtual void refuse(const Status& why, Output& output) = 0;
};

}  // namespace holdfast::net
