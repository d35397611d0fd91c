// Names: who is logged in to the old ticket system. There are no passwords there: a name belongs to
// the sockets that have it, and for a while after them to whoever comes from the same host.
//
// Loop thread only; time is said by the caller, and does not go back.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/basics.h"
#include "storage/clock.h"

namespace holdfast::net::web::tickets {

using storage::Time;

class Names {
 public:
  enum class Login : std::uint8_t { kDone, kTaken, kFull };

  // Takes a name for whoever comes from `host`, until a socket has it or the grace time is over.
  // Taken: sockets have it, or it was just taken and no socket has come yet.
  Login log_in(const std::string& name, std::string_view host, Time now);

  // Whether a socket from `host` may have a name that is logged in.
  bool may_join(const std::string& name, std::string_view host) const;
  // Whether it may without a login: nobody has the name, as after a restart; or it had it itself a
  // moment ago.
  bool may_take(const std::string& name, std::string_view host) const;

  // A socket has the name from now on. REQUIRES: it may.
  void join(const std::string& name, std::string_view host);
  // It has it no more; true when none has.
  bool leave(const std::string& name, Time now);

  // Forgets whose time is over.
  void forget(Time now);
  std::optional<Duration> time_to_next(Time now) const;
  std::size_t size() const { return names_.size(); }

 private:
  struct Entry {
    std::string host;
    std::size_t sockets = 0;
    bool fresh = false;    // logged in, and no socket has come yet
    Time until = {};       // of one without sockets
    bool leaving = false;  // stands in leaving_, once
  };

  void keep_for_a_while(const std::string& name, Entry& entry, Time now);

  std::unordered_map<std::string, Entry> names_;
  std::multimap<Time, std::string> leaving_;  // who to look at when; each name once
};

}  // namespace holdfast::net::web::tickets
