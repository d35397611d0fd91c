// SmallDisk: a file system of a few megabytes, mounted for the life of the object, and a file on it
// that takes up as much of it as a test wants. Needs the right to mount; throws
// std::runtime_error, saying so, where there is none.

#pragma once

#include <cstdint>
#include <filesystem>

#include "tests/support/temp_directory.h"

namespace holdfast::test {

class SmallDisk {
 public:
  explicit SmallDisk(std::uint64_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  const std::filesystem::path& path() const { return directory_.path(); }
  std::uint64_t free_bytes() const;
  // Makes the filler as large or small as it takes to leave `bytes` free.
  void leave(std::uint64_t bytes);

 private:
  TempDirectory directory_;
};

}  // namespace holdfast::test
