#include "engine/bindings.h"

#include "engine/dated_offering.h"

namespace holdfast::engine {

OfferingId Bindings::look_up(const std::string& name, Transaction& txn, Time now) {
  const auto found = find_offering(catalog_, txn, now, name);
  return found ? (*found)->id : OfferingId{};
}

void Bindings::open(Session& session, Transaction& txn, Time now) {
  const std::string& name = session.peer.offering;
  if (name.empty()) return;
  const auto [found, added] = by_name_.try_emplace(name);
  Binding& binding = found->second;
  if (added) binding.offering = look_up(name, txn, now);
  binding.sessions.insert(&session);
  activity_.bind(session, binding.offering);
}

void Bindings::close(Session& session) {
  const auto found = by_name_.find(session.peer.offering);
  if (found == by_name_.end()) return;
  found->second.sessions.erase(&session);
  if (found->second.sessions.empty()) by_name_.erase(found);
  activity_.bind(session, {});
}

void Bindings::refresh(Transaction& txn, Time now) {
  for (auto& [name, binding] : by_name_) {
    const OfferingId offering = look_up(name, txn, now);
    if (offering == binding.offering) continue;
    binding.offering = offering;
    for (Session* session : binding.sessions) activity_.bind(*session, offering);
  }
}

}  // namespace holdfast::engine
