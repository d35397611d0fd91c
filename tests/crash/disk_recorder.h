// DiskRecorder: logs what this process does to the files under a directory: ours through
// FileSystem, LMDB's by itself, everybody's. The C library's functions are interposed in every
// program that this file is linked into; while nothing records they only pass.
//
// Not seen are writes through a mapping, which only LMDB's lock file has: after a crash LMDB does
// not look at it. A sync of a mapping ends the process, for it would mean that this has changed.
//
// Thread: what is recorded, any. Begin and end while no other thread works on the directory. At
// most one records at a time.

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "tests/crash/disk_state.h"

namespace holdfast::test {

class DiskRecorder {
 public:
  // `root` exists and holds `start`, of which the world was told all up to `acknowledged`.
  DiskRecorder(const std::filesystem::path& root, DiskImage start, std::uint64_t acknowledged);
  ~DiskRecorder();
  DiskRecorder(const DiskRecorder&) = delete;
  DiskRecorder& operator=(const DiskRecorder&) = delete;

  // Asked before each operation: up to which seq the world has been told. Any thread. Nothing: it
  // stays at what it was.
  void on_operation(std::function<std::uint64_t()> acknowledged);

  DiskLog log() const;
  std::size_t operations() const;  // logged so far
  // Of them, writes to a file whose path ends so.
  std::size_t writes_to(std::string_view path_end) const;

  // For the interposed functions.
  struct Recording;

 private:
  Recording* recording_;
};

}  // namespace holdfast::test
