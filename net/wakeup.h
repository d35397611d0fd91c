// Wakeup: lets any thread end the loop's wait (eventfd).

#pragma once

#include <memory>

#include "net/basics.h"

namespace holdfast::net {

class Wakeup {
 public:
  // Shared: a callback that signals it may outlive the loop.
  static Result<std::shared_ptr<Wakeup>> create();

  int fd() const { return event_.get(); }
  // Any thread; also in a signal handler.
  void signal() const;
  // Loop thread: takes back all signals so far. What they announce must be looked at afterwards.
  void drain() const;

 private:
  explicit Wakeup(FileDescriptor event) : event_(std::move(event)) {}
  FileDescriptor event_;
};

}  // namespace holdfast::net
