// Sessions: every open connection's session, by number. Loop thread.

#pragma once

#include <memory>
#include <unordered_map>

#include "engine/session.h"

namespace holdfast::engine {

class Sessions {
 public:
  // The reference lives until close(). Until somebody logs in it has the role of its peer.
  Session& open(const Peer& peer, Time now);
  void close(SessionId id);
  Session* find(SessionId id);

  std::size_t count() const { return sessions_.size(); }
  std::uint64_t opened() const { return last_id_; }

  // visit(Session&) for each.
  template <typename Visit>
  void for_each(const Visit& visit) {
    for (auto& [id, session] : sessions_) visit(*session);
  }

  // Nobody logged in, RESP2, shape as asked. Keeps id, peer, and what it watches, holds in and is
  // bound to: those are counted elsewhere (Changes, Activity).
  static void reset(Session& session);

 private:
  std::unordered_map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::uint64_t last_id_ = 0;
};

}  // namespace holdfast::engine
