// Signals as events (signalfd): SIGTERM, SIGINT and SIGHUP are read by the loop, never handled
// asynchronously. SIGPIPE and SIGXFSZ are ignored: the failing call reports them.

#pragma once

#include <optional>

#include "net/basics.h"

namespace holdfast::net {

// Blocks and ignores as above, in the calling thread and in all it starts. main() calls it before
// any thread exists: a thread that does not block a signal would be killed by it.
void block_signals();

class Signals {
 public:
  // Calls block_signals().
  static Result<Signals> create();

  int fd() const { return signals_.get(); }
  // The next signal that arrived; nothing when there is none.
  std::optional<int> take() const;

 private:
  explicit Signals(FileDescriptor signals) : signals_(std::move(signals)) {}
  FileDescriptor signals_;
};

}  // namespace holdfast::net
