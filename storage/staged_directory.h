// StagedDirectory: a directory that is there as a whole or not at all.
//
// It is made as PATH.new and gets its name when it is complete and durable. What an interrupted
// maker left is never taken for the real thing, and the next one to the same name clears it away.
// Not through FileSystem: advisory locks and whole trees are not among its operations.

#pragma once

#include <string>
#include <utility>

#include "storage/status.h"

namespace holdfast::storage {

class StagedDirectory {
 public:
  // Makes PATH.new, empty. kExists when `path` is there already, kBusy while another process is
  // making it, kIo.
  static Result<StagedDirectory> make(const std::string& path);

  StagedDirectory(StagedDirectory&& other) noexcept
      : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();  // unless published: all of it goes

  // Where to put what belongs in it.
  std::string path() const { return path_ + ".new"; }

  // Syncs every file and directory in it, gives it its name, durably. kExists when something of
  // that name has come meanwhile.
  Result<void> publish();

 private:
  StagedDirectory(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;  // of the directory, locked; -1: published
};

}  // namespace holdfast::storage
