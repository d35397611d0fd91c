// Service: what the network side calls. Engine implements it; tests put a double in its place.
//
// The turn, as the loop runs it (loop thread only, except on_wake's callback):
//   begin_turn();                       due expiries and finished asynchronous work become commands
//   execute(session, request); ...      for each decoded request
//   end_turn(few_clients);              what was committed goes to the journal
//   take_completions(); take_pushes();  replies of asynchronous commands, change events
// and a reply leaves only when durable_seq() has reached its stamp.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/reply.h"
#include "engine/session.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Request {
  std::span<const std::string_view> words;  // at least one; live during execute()
};

// An answer, held back until durable_seq() >= stamp. Records and errors show the stamp as `seq`
// unless they carry a seq of their own.
struct Answer {
  Result<Reply> reply;
  Seq stamp;
};

struct Execution {
  enum class State : std::uint8_t {
    kDone,     // `answer` is set
    kPending,  // the answer comes by take_completions(); hold back this session's later requests
    kStalled,  // a write that must wait for the disk: offer the same request again after a wake
  };
  State state = State::kDone;
  std::optional<Answer> answer;
};

struct Completion {
  SessionId session;
  Answer answer;
};

// One committed change of one unit.
struct Change {
  Seq seq;
  OfferingId offering;
  std::string offering_name;
  std::string unit;  // label
  std::string span;  // as on the wire; empty for events
  UnitState state = UnitState::kFree;
};

// Changes of one commit for the sessions that watch them. Shared: render once per protocol.
struct Push {
  Seq seq;  // durable when handed out
  std::shared_ptr<const std::vector<Change>> changes;
  std::vector<SessionId> sessions;
  // No other changes of this commit follow, of whatever offering.
  bool last = true;
  // Set: what these sessions were to be told cannot be read any more. There are no changes; they
  // are told this and closed, for whoever watches must not miss one unknowingly.
  std::optional<Status> lost = {};
};

class Service {
 public:
  virtual ~Service() = default;

  // The reference lives until close_session.
  virtual Session& open_session(const Peer& peer) = 0;
  virtual void close_session(SessionId session) = 0;

  virtual void begin_turn() = 0;
  virtual Execution execute(Session& session, const Request& request) = 0;
  virtual void end_turn(bool few_clients) = 0;
  virtual std::vector<Completion> take_completions() = 0;
  virtual std::vector<Push> take_pushes() = 0;

  virtual Seq durable_seq() const = 0;
  virtual Result<void> health() const = 0;

  // How long the loop may sleep before begin_turn() has work: until the next deadline.
  virtual std::optional<Duration> time_to_next() = 0;

  // `wake` is called from any thread when durability advanced, asynchronous work finished or
  // stalled writes may be offered again. Set once.
  virtual void on_wake(std::function<void()> wake) = 0;

  // Connections to be closed as they stand.
  virtual std::vector<SessionId> take_hangups() = 0;

  // Somebody who may has asked for the end: drain, and stop serving.
  virtual bool ending() const = 0;

  // From now on new work is refused with DRAINING; what runs is finished.
  virtual void drain() = 0;

  // True while the engine moves, or has nothing to do, or waits for the disk no longer than the
  // stall limit: whether the watchdog may be fed.
  virtual bool progressing() = 0;
};

}  // namespace holdfast::engine
