#include "tests/support/small_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace holdfast::test {
namespace {

constexpr int kTries = 100;

}  // namespace

SmallDisk::SmallDisk(std::uint64_t bytes) {
  const std::string size = fmt::format("size={}", bytes);
  if (mount("tmpfs", path().c_str(), "tmpfs", 0, size.c_str()) != 0) {
    throw std::runtime_error(fmt::format("no small disk can be mounted here, which takes root: {}",
                                         std::strerror(errno)));
  }
}

SmallDisk::~SmallDisk() {
  umount2(path().c_str(), MNT_DETACH);
}

std::uint64_t SmallDisk::free_bytes() const {
  return std::filesystem::space(path()).available;
}

void SmallDisk::leave(std::uint64_t bytes) {
  const auto filler = path() / "filler";
  int failed = ENOSPC;
  // Whoever uses the disk may take some of the room between the two calls: then it is measured
  // again.
  for (int i = 0; i < kTries && failed == ENOSPC; ++i) {
    std::filesystem::remove(filler);
    const std::uint64_t room = free_bytes();
    if (room <= bytes) return;
    const int fd = open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    failed = posix_fallocate(fd, 0, static_cast<off_t>(room - bytes));
    close(fd);
  }
  if (failed != 0) {
    throw std::runtime_error(fmt::format("cannot fill the disk: {}", std::strerror(failed)));
  }
}

}  // namespace holdfast::test
