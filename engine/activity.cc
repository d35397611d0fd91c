#include "engine/activity.h"

namespace holdfast::engine {

namespace {

bool counted(const Session& session, OfferingId offering) {
  return session.watched.contains(offering) || session.active.contains(offering) ||
         (offering && session.bound == offering);
}

}  // namespace

void Activity::changed(const Session& session, OfferingId offering, bool was_counted) {
  const bool is_counted = counted(session, offering);
  if (is_counted == was_counted) return;
  if (is_counted) {
    ++clients_[offering.value];
    return;
  }
  const auto found = clients_.find(offering.value);
  if (--found->second == 0) clients_.erase(found);
}

void Activity::watch(Session& session, OfferingId offering) {
  const bool before = counted(session, offering);
  session.watched.insert(offering);
  changed(session, offering, before);
}

void Activity::unwatch(Session& session, OfferingId offering) {
  const bool before = counted(session, offering);
  session.watched.erase(offering);
  changed(session, offering, before);
}

void Activity::enter(Session& session, ReservationId reservation, OfferingId offering) {
  Hold& hold = holds_[reservation.value];
  hold.session = &session;
  ++hold.units;
  session.holds.insert(reservation);
  const bool before = counted(session, offering);
  ++session.active[offering];
  changed(session, offering, before);
}

void Activity::leave(ReservationId reservation, OfferingId offering) {
  const auto hold = holds_.find(reservation.value);
  if (hold == holds_.end()) return;
  Session& session = *hold->second.session;
  const bool before = counted(session, offering);
  const auto units = session.active.find(offering);
  if (units != session.active.end() && --units->second == 0) session.active.erase(units);
  changed(session, offering, before);
  if (--hold->second.units > 0) return;
  session.holds.erase(reservation);
  holds_.erase(hold);
}

void Activity::bind(Session& session, OfferingId offering) {
  const OfferingId old = session.bound;
  if (old == offering) return;
  const bool old_before = counted(session, old);
  const bool new_before = counted(session, offering);
  session.bound = offering;
  if (old) changed(session, old, old_before);
  if (offering) changed(session, offering, new_before);
}

void Activity::forget(Session& session) {
  while (!session.watched.empty()) unwatch(session, *session.watched.begin());
  for (const ReservationId reservation : session.holds) holds_.erase(reservation.value);
  session.holds.clear();
  while (!session.active.empty()) {
    const OfferingId offering = session.active.begin()->first;
    const bool before = counted(session, offering);
    session.active.erase(offering);
    changed(session, offering, before);
  }
}

std::uint32_t Activity::clients(OfferingId offering) const {
  const auto found = clients_.find(offering.value);
  return found == clients_.end() ? 0 : found->second;
}

std::uint32_t Activity::clients_with(const Session& session, OfferingId offering) const {
  return clients(offering) + (counted(session, offering) ? 0 : 1);
}

}  // namespace holdfast::engine
