#include "net/descriptor_reserve.h"

#include <sys/eventfd.h>

#include <utility>

namespace holdfast::net {

void DescriptorReserve::keep(std::size_t count) {
  while (held_.size() > count) held_.pop_back();
  while (held_.size() < count) {
    // Not a duplicate: the system counts open files, the process descriptors; this is one of each.
    FileDescriptor spare(::eventfd(0, EFD_CLOEXEC));
    if (!spare) return;
    held_.push_back(std::move(spare));
  }
}

bool DescriptorReserve::release_one() {
  if (held_.empty()) return false;
  held_.pop_back();
  return true;
}

}  // namespace holdfast::net
