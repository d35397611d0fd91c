// What nearly every file of net uses: the shared words of storage, and descriptors that close.

#pragma once

#include <unistd.h>

#include <utility>

#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::net {

using storage::Code;
using storage::Duration;
using storage::errno_status;
using storage::error;
using storage::Result;
using storage::Status;

// Owns one file descriptor; -1 is none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { close(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace holdfast::net
