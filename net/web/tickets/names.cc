#include "net/web/tickets/names.h"

#include <algorithm>
#include <utility>

#include "net/web/tickets/limits.h"
#include "storage/check.h"

namespace holdfast::net::web::tickets {

Names::Login Names::log_in(const std::string& name, std::string_view host, Time now) {
  forget(now);
  const auto found = names_.find(name);
  if (found != names_.end() && (found->second.sockets > 0 || found->second.fresh)) {
    return Login::kTaken;
  }
  if (found == names_.end() && names_.size() >= kMaxNames) return Login::kFull;
  Entry& entry = names_[name];
  entry.host = host;
  entry.fresh = true;
  keep_for_a_while(name, entry, now);
  return Login::kDone;
}

bool Names::may_join(const std::string& name, std::string_view host) const {
  const auto found = names_.find(name);
  return found != names_.end() && found->second.host == host;
}

bool Names::may_take(const std::string& name, std::string_view host) const {
  const auto found = names_.find(name);
  if (found == names_.end()) return names_.size() < kMaxNames;
  return found->second.sockets == 0 && found->second.host == host;
}

void Names::join(const std::string& name, std::string_view host) {
  Entry& entry = names_[name];
  entry.host = host;
  entry.fresh = false;
  ++entry.sockets;
}

bool Names::leave(const std::string& name, Time now) {
  const auto found = names_.find(name);
  CHECK(found != names_.end() && found->second.sockets > 0, "nobody has the name {}", name);
  if (--found->second.sockets > 0) return false;
  keep_for_a_while(name, found->second, now);
  return true;
}

void Names::keep_for_a_while(const std::string& name, Entry& entry, Time now) {
  entry.until = now + kNameGrace;
  if (!std::exchange(entry.leaving, true)) leaving_.emplace(entry.until, name);
}

void Names::forget(Time now) {
  while (!leaving_.empty() && leaving_.begin()->first <= now) {
    const auto found = names_.find(leaving_.begin()->second);
    leaving_.erase(leaving_.begin());
    Entry& entry = found->second;
    entry.leaving = false;
    if (entry.sockets > 0) continue;
    if (entry.until <= now) {
      names_.erase(found);
    } else {  // it has come and gone again
      entry.leaving = true;
      leaving_.emplace(entry.until, found->first);
    }
  }
}

std::optional<Duration> Names::time_to_next(Time now) const {
  if (leaving_.empty()) return std::nullopt;
  return std::max(leaving_.begin()->first - now, Duration{0});
}

}  // namespace holdfast::net::web::tickets
