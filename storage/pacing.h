// Pacing: how maintenance keeps out of the way of a server that works on the same machine.
//
// A low priority alone is not enough: caches, memory and the disk are shared too, and work that
// takes all that is left costs the customers a quarter of what they get.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

namespace holdfast::storage {

// `process` (0: this one) and what it will start run only where nobody else wants to: whoever
// serves customers goes first.
void stand_back(pid_t process);

// While it lives, and if another process has the data directory `path` when it begins, this process
// works a quarter of the time: whenever it has used the processor for some milliseconds, it sleeps
// for three times as long, wherever it is. Its children from begin_as_child() do the same. One at a
// time; a second one changes nothing. Thread: any, and all of the process's threads are meant.
class TurnsBeside {
 public:
  explicit TurnsBeside(const std::string& path);
  ~TurnsBeside();
  TurnsBeside(const TurnsBeside&) = delete;
  TurnsBeside& operator=(const TurnsBeside&) = delete;

 private:
  bool taken_ = false;
};

// Whether this process does, and the rest that then follows work of the disk that took so long.
bool takes_turns();
void rest_after(std::chrono::nanoseconds work);

// In a child: as the parent does. Timers do not survive a fork.
void go_on_taking_turns();

}  // namespace holdfast::storage
