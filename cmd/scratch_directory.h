// ScratchDirectory: a directory of our own for as long as the object lives, for what is tried and
// thrown away. It is made where the system keeps temporary files (TMPDIR) and removed with all that
// is in it.

#pragma once

#include <string>
#include <utility>

#include "storage/status.h"

namespace holdfast::cmd {

class ScratchDirectory {
 public:
  static storage::Result<ScratchDirectory> create();
  ~ScratchDirectory();
  ScratchDirectory(ScratchDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;  // empty: moved from
};

}  // namespace holdfast::cmd
