// DescriptorReserve: descriptors that do nothing but keep their place, so that one can be had when
// the process or the system has none left. Loop thread only.

#pragma once

#include <cstddef>
#include <vector>

#include "net/basics.h"

namespace holdfast::net {

class DescriptorReserve {
 public:
  // Holds `count` descriptors from now on; fewer while there are no more to be had: call again.
  void keep(std::size_t count);

  // Closes one, so that the next call that needs a descriptor finds it; false if none is held.
  // Another thread may be faster.
  bool release_one();

  std::size_t size() const { return held_.size(); }

 private:
  std::vector<FileDescriptor> held_;
};

}  // namespace holdfast::net
