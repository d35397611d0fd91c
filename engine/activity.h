// Activity: how many clients are active in an offering, for the demand rule.
//
// A client is a session that watches the offering, holds in it or came by a listener that sells it
// (Session::watched, ::active, ::bound); it counts once, however often it does. Loop thread.

#pragma once

#include <cstdint>
#include <unordered_map>

#include "engine/session.h"
#include "engine/values.h"

namespace holdfast::engine {

class Activity {
 public:
  // The session watches, or no longer. Doing either twice changes nothing.
  void watch(Session& session, OfferingId offering);
  void unwatch(Session& session, OfferingId offering);
  // The session holds in it, or no longer.
  void enter(Session& session, OfferingId offering);
  void leave(Session& session, OfferingId offering);
  // Its listener sells this offering from now on, instead of what it was bound to; {0}: none.
  void bind(Session& session, OfferingId offering);
  // The session ends or starts afresh: neither watches nor holds anything any more. What it is
  // bound to stays.
  void forget(Session& session);

  std::uint32_t clients(OfferingId offering) const;
  // As clients(), with `session` counted also if it is not active yet: what it pays if it holds
  // now.
  std::uint32_t clients_with(const Session& session, OfferingId offering) const;

 private:
  void changed(const Session& session, OfferingId offering, bool was_counted);
  std::unordered_map<std::uint32_t, std::uint32_t> clients_;  // by offering; never 0
};

}  // namespace holdfast::engine
