// WatchNotes: what a conversation watches and how far it has been told, so that after a lost
// connection a person knows that the watch is over, and how to go on without a gap.

#pragma once

#include <set>
#include <string>
#include <vector>

#include "net/client/resp_value.h"

namespace holdfast::cmd {

class WatchNotes {
 public:
  // A command and its reply: WATCH, UNWATCH and RESET change what is watched.
  void replied(const std::vector<std::string>& words, const net::RespValue& reply);
  // A change that was pushed.
  void pushed(const net::RespValue& change);
  // The connection is new: nothing is watched.
  void clear() { offerings_.clear(); }

  bool watching() const { return !offerings_.empty(); }
  // "WATCH gala from=9f2c:88214"; empty when nothing is watched.
  std::string resume() const;

 private:
  std::set<std::string> offerings_;
  std::string position_;  // HISTORY:SEQ
};

}  // namespace holdfast::cmd
