#include "net/web/tickets/sessions.h"

#include <openssl/rand.h>

#include <array>
#include <utility>

#include "net/web/tickets/limits.h"
#include "storage/check.h"

namespace holdfast::net::web::tickets {

std::string random_sid() {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  static_assert(kLetters.size() == 64);
  std::array<unsigned char, 20> random{};
  CHECK(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1, "no random bytes");
  std::string sid;
  for (const unsigned char byte : random) sid += kLetters[byte % kLetters.size()];
  return sid;
}

// ---- coming and going -------------------------------------------------------------------------

std::shared_ptr<Session> Sessions::open(std::string_view host) {
  make_room();
  if (sessions_.size() >= kMaxSessions || of_host_is_full(host)) return nullptr;
  auto session = std::make_shared<Session>(random_sid(), host, *this, now());
  session->entry.number = ++last_number_;
  sessions_.emplace(session->sid(), session);
  unconnected_.emplace(session->entry.number, session.get());
  ++of_host_[session->host()];
  arm(*session);
  return session;
}

void Sessions::make_room() {
  while (!ended_.empty() && sessions_.size() >= kMaxSessions) drop(*ended_.begin()->second);
  while (!unconnected_.empty() &&
         (unconnected_.size() >= kMaxUnconnected || sessions_.size() >= kMaxSessions)) {
    Session& oldest = *unconnected_.begin()->second;
    oldest.end(Session::End::kByServer);
    drop(oldest);
  }
}

bool Sessions::of_host_is_full(std::string_view host) const {
  const auto found = of_host_.find(host);
  return found != of_host_.end() && found->second >= kMaxSessionsOfHost;
}

std::shared_ptr<Session> Sessions::find(std::string_view sid) const {
  const auto found = sessions_.find(sid);
  if (found == sessions_.end()) return nullptr;
  const Session& session = *found->second;
  return session.ended() && !session.awaits_last_poll() ? nullptr : found->second;
}

void Sessions::keep(Session& session) {
  session.keep();
  unconnected_.erase(session.entry.number);
}

void Sessions::on_message(Session& session, std::string_view text) {
  listener_.on_message(session, text);
}

// It leaves the table a little later: whoever ends it may be going through all of them.
void Sessions::on_end(Session& session) {
  unconnected_.erase(session.entry.number);
  ended_.emplace(session.entry.number, &session);
  const auto of_host = of_host_.find(session.host());
  if (--of_host->second == 0) of_host_.erase(of_host);
  timers_.cancel(session.entry.timer);
  const Time when = session.awaits_last_poll() ? now() + kFarewellTime : now();
  session.entry.timer = timers_.add(when, [this, &session] { drop(session); });
  listener_.on_end(session);
}

void Sessions::drop(Session& session) {
  timers_.cancel(session.entry.timer);
  ended_.erase(session.entry.number);
  sessions_.erase(session.sid());
}

// ---- time -------------------------------------------------------------------------------------

// One timer each. It may be early, as a pong moves what it is for: then it is set again.
void Sessions::arm(Session& session) {
  session.entry.timer = timers_.add(session.next_due(), [this, &session] {
    session.on_time(now());
    if (!session.ended()) arm(session);
  });
}

}  // namespace holdfast::net::web::tickets
