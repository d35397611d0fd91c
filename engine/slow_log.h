// SlowLog: the last commands that took long, for whoever looks for what holds up the others.
//
// A bounded ring in memory: nothing of it outlives the process. Loop thread.

#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "engine/session.h"
#include "engine/values.h"

namespace holdfast::engine {

struct SlowCommand {
  std::uint64_t number = 0;  // from 1, of this process
  Time time;
  std::uint64_t us = 0;  // in the handler and the commit, not waiting for the disk
  SessionId session;
  std::string address;
  AccountId account;
  std::vector<std::string> words;  // secret ones left out, personal ones as references
};

class SlowLog {
 public:
  static constexpr std::size_t kKept = 128;          // as much as a person reads
  static constexpr std::size_t kMaxWords = 32;       // of one command
  static constexpr std::size_t kMaxWordBytes = 128;  // of one word

  explicit SlowLog(Duration threshold) : threshold_(threshold) {}

  // Whether a command that took so long belongs here. A threshold of 0 takes all.
  bool is_slow(std::uint64_t us) const { return static_cast<std::int64_t>(us) >= threshold_.us; }
  void set_threshold(Duration threshold) { threshold_ = threshold; }

  // Gives it the next number; long words and many are cut.
  void add(SlowCommand command);
  void clear() { commands_.clear(); }

  const std::deque<SlowCommand>& commands() const { return commands_; }  // newest first

 private:
  Duration threshold_;
  std::uint64_t last_number_ = 0;
  std::deque<SlowCommand> commands_;
};

}  // namespace holdfast::engine
