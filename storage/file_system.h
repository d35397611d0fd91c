// FileSystem: every operation of ours on journal, key and snapshot files goes through here. A seam:
// tests put one in its place that injects faults. (LMDB does its own I/O.)
//
// Thread: a FileSystem may be used from any thread; a File by one thread at a time.

#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/status.h"

namespace holdfast::storage {

class File {
 public:
  virtual ~File() = default;
  // All of `data` or an error; a short write is an error (kIo) that names both counts.
  [[nodiscard]] virtual Result<void> write_at(std::uint64_t offset, std::string_view data) = 0;
  // Up to `size` bytes; fewer only at the end of the file.
  [[nodiscard]] virtual Result<std::string> read_at(std::uint64_t offset, std::size_t size) = 0;
  [[nodiscard]] virtual Result<void> sync_data() = 0;  // fdatasync
  [[nodiscard]] virtual Result<void> sync() = 0;       // fsync
  [[nodiscard]] virtual Result<void> truncate(std::uint64_t size) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() = 0;
  // Has these bytes written to the disk before it returns, which makes nothing durable
  // (sync_file_range): a sync has the less to do.
  [[nodiscard]] virtual Result<void> write_out(std::uint64_t offset, std::uint64_t bytes) = 0;
};

enum class OpenMode : std::uint8_t {
  kRead,
  kReadWrite,    // must exist
  kCreate,       // created if missing, kept if not; mode 0600
  kCreateFresh,  // must not exist
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::string& path,
                                                           OpenMode mode) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  [[nodiscard]] virtual Result<void> make_directory(
      const std::string& path) = 0;  // 0700; may exist
  [[nodiscard]] virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
  [[nodiscard]] virtual Result<void> sync_directory(const std::string& path) = 0;
  [[nodiscard]] virtual Result<bool> exists(const std::string& path) = 0;
  // Bytes an unprivileged process may still write to the file system of `path`.
  [[nodiscard]] virtual Result<std::uint64_t> free_bytes(const std::string& path) = 0;
};

// The directory that holds the name `path`; "." for a name alone.
std::string parent_directory(std::string_view path);

// The operating system's files.
FileSystem& real_file_system();

}  // namespace holdfast::storage
