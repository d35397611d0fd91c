// Activity: how many clients are active in an offering, for the demand rule.
//
// A client is a session that watches the offering, has a live hold in it or came by a listener that
// sells it (Session::watched, ::active, ::bound); it counts once, however often it does. A hold
// counts for the session that made it, from its commit until it is confirmed, paid, let go or
// expired, or the session ends: a restart leaves nobody who made one. Loop thread.

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
  // One unit more is held by this reservation of the session, or one less; leaving where nobody has
  // entered, or who did has gone, changes nothing.
  void enter(Session& session, ReservationId reservation, OfferingId offering);
  void leave(ReservationId reservation, OfferingId offering);
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
  struct Hold {
    Session* session = nullptr;
    std::uint32_t units = 0;
  };

  void changed(const Session& session, OfferingId offering, bool was_counted);
  std::unordered_map<std::uint32_t, std::uint32_t> clients_;  // by offering; never 0
  std::unordered_map<std::uint64_t, Hold> holds_;             // by reservation; units never 0
};

}  // namespace holdfast::engine
