// Protocol: one dialect of the wire, as a machine between bytes and commands: bytes in, requests
// out; answers in, bytes out. It knows nothing of sockets, turns or durability.
//
// A connection has a Protocol of its own, which may keep what a conversation needs (a header that
// was read, a name that was given). Answers come back in the order of the requests. Loop thread
// only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service.h"
#include "engine/session.h"
#include "net/basics.h"

namespace holdfast::net {

// Space that all connections share, for the words of the one request in hand.
struct DecodeSpace {
  std::vector<std::string_view> words;
  std::string text;  // words that are not in the input as they are
};

// What stands at the front of the input.
struct Decoded {
  enum class Kind : std::uint8_t {
    kIncomplete,  // nothing more can be said without more bytes
    kRequest,     // the words are in DecodeSpace
    kNothing,     // nothing that asks for an answer (a blank line); go on behind it
    kRefused,     // `error` is the answer; go on behind it
    kBroken,      // `error` is the last answer; where the next request starts is not known
    kHostile,     // close at once without an answer; `error` is for the log
  };
  Kind kind = Kind::kIncomplete;
  std::size_t consumed = 0;  // bytes of the input that are done with, whatever the kind
  std::uint32_t tag = 0;     // of a request: given back with its answer
  std::optional<Status> error = {};
};

// Where a protocol appends what it says. A struct, so that a dialect can come to say more about its
// bytes than what they are (a pause before some of them) without a change to the others.
struct Output {
  std::string bytes;
};

class Protocol {
 public:
  virtual ~Protocol() = default;

  // Looks at the front of `input`: all bytes not consumed so far, at least as many as in the call
  // before. Words live in `space` and `input` until either changes. A request that the service
  // cannot take now is not consumed but decoded again later, from the same bytes: decoding a
  // request must leave the protocol as it was.
  virtual Decoded decode(std::string_view input, DecodeSpace& space) = 0;

  // The answer to the request that was decoded with `tag`.
  virtual void reply(const engine::Session& session, std::uint32_t tag,
                     const engine::Answer& answer, Output& output) = 0;

  // Changes the session watches. Comes between two replies, never inside one.
  virtual void push(const engine::Session& session, const engine::Push& push, Output& output) = 0;

  // An error of the network side, which no command gave: kRefused, kBroken, or a connection that is
  // not served at all.
  virtual void refuse(const Status& why, Output& output) = 0;
};

}  // namespace holdfast::net
