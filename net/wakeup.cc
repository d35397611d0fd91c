#include "net/wakeup.h"

#include <sys/eventfd.h>

#include <cerrno>

namespace holdfast::net {

Result<std::shared_ptr<Wakeup>> Wakeup::create() {
  FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return std::unexpected(errno_status("eventfd", errno));
  return std::shared_ptr<Wakeup>(new Wakeup(std::move(event)));
}

void Wakeup::signal() const {
  // EAGAIN means the counter is full: the loop is being woken anyway.
  [[maybe_unused]] const int result = ::eventfd_write(event_.get(), 1);
}

void Wakeup::drain() const {
  eventfd_t count = 0;
  [[maybe_unused]] const int result = ::eventfd_read(event_.get(), &count);
}

}  // namespace holdfast::net
