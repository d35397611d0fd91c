// Sessions: all clients of Engine.IO, by the sid that each was given, and their time. Loop thread
// only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/timers.h"
#include "net/web/tickets/session.h"
#include "storage/clock.h"

namespace holdfast::net::web::tickets {

class Sessions final : public SessionListener {
 public:
  // `listener` and `clock` outlive the Sessions.
  Sessions(SessionListener& listener, const storage::Clock& clock)
      : listener_(listener), clock_(clock) {}

  Time now() const { return {clock_.since_boot().us}; }

  // A new one; nothing when there are too many, or too many of this host. The oldest that has ended
  // makes room for it, or else the oldest that has not connected.
  std::shared_ptr<Session> open(std::string_view host);
  // Nothing for a sid that is not known, or not any more.
  std::shared_ptr<Session> find(std::string_view sid) const;
  // It has connected: it may stay.
  void keep(Session& session);

  // visit(Session&) for each that has not ended. Nobody may come or go meanwhile.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    for (const auto& [sid, session] : sessions_) {
      if (!session->ended()) visit(*session);
    }
  }

  void run_due() { timers_.run_due(now()); }
  std::optional<Duration> time_to_next() const { return timers_.time_to_next(now()); }
  std::size_t size() const { return sessions_.size(); }

  // Of the sessions.
  void on_message(Session& session, std::string_view text) override;
  void on_end(Session& session) override;

 private:
  void arm(Session& session);
  void make_room();
  bool of_host_is_full(std::string_view host) const;
  void drop(Session& session);

  SessionListener& listener_;
  const storage::Clock& clock_;
  Timers timers_;
  std::unordered_map<std::string_view, std::shared_ptr<Session>> sessions_;  // sids are theirs
  std::map<std::uint64_t, Session*> unconnected_;            // by number: oldest first
  std::map<std::uint64_t, Session*> ended_;                  // likewise
  std::map<std::string, std::size_t, std::less<>> of_host_;  // those that have not ended
  std::uint64_t last_number_ = 0;
};

// 20 letters, digits, '-' and '_', of 120 random bits: nobody guesses another's.
std::string random_sid();

}  // namespace holdfast::net::web::tickets
