#include "engine/sessions.h"

#include "storage/check.h"

namespace holdfast::engine {

Session& Sessions::open(const Peer& peer, Time now) {
  auto session = std::make_unique<Session>();
  session->id = {++last_id_};
  session->peer = peer;
  session->opened = session->asked = now;
  reset(*session);
  return *(sessions_[last_id_] = std::move(session));
}

void Sessions::close(SessionId id) {
  CHECK(sessions_.erase(id.value) == 1, "session {}", id.value);
}

Session* Sessions::find(SessionId id) {
  const auto found = sessions_.find(id.value);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void Sessions::reset(Session& session) {
  session.label.clear();
  session.account = {};
  session.name.clear();
  session.person = {};
  session.role = session.peer.role;
  session.resp = 2;
  session.shape = Shape::kAsAsked;
  session.quitting = false;
}

}  // namespace holdfast::engine
