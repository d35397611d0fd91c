// Sessions: every open connection's session, by number. Loop thread.

#pragma once

#include <memory>
#include <unordered_map>

#include "engine/session.h"

namespace holdfast::engine {

class Sessions {
 public:
  // The reference lives until close(). An admin peer has role admin without logging in.
  Session& open(const Peer& peer, Time now);
  void close(SessionId id);
  Session* find(SessionId id);

  std::size_t count() const { return sessions_.size(); }
  std::uint64_t opened() const { return last_id_; }

  // As it was when opened: nobody logged in, RESP2, shape as asked. Keeps id and peer.
  static void reset(Session& session);

 private:
  std::unordered_map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::uint64_t last_id_ = 0;
};

}  // namespace holdfast::engine
