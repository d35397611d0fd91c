#include "storage/data_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace holdfast::storage {

namespace {

// A full or failing disk is no matter of which directory it is.
Status unusable(const std::string& path, const Status& cause) {
  return {cause.disk_failed() ? Code::kIo : Code::kDirectory,
          fmt::format("data directory '{}' cannot be used: {}", path, cause.message())};
}

// The pid that the holder of the lock wrote, for the message.
std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!pid.empty() && pid.back() == '\n') pid.pop_back();
  return pid.empty() ? "unknown" : pid;
}

Result<void> write_pid(int fd) {
  const std::string pid = fmt::format("{}\n", ::getpid());
  const bool written = ::ftruncate(fd, 0) == 0 &&
                       ::pwrite(fd, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (!written) return std::unexpected(errno_status("write the lock file", errno));
  return {};
}

// Synced by its name as well, or all that will ever be in it may go with it. Also when it is there
// already: its process may have died in between. If we may not look into its parent then, somebody
// else has made it.
Result<void> make_durably(FileSystem& files, const std::string& path) {
  const bool present = TRY(files.exists(path));
  TRY(files.make_directory(path));
  auto synced = files.sync_directory(parent_directory(path));
  return present ? Result<void>() : synced;
}

// Who only looks whether the lock is taken (in_use) has it for a moment, and is waited for: to
// begin just then must not fail.
bool lock_exclusively(int fd) {
  constexpr int kAttempts = 5;
  constexpr useconds_t kPauseUs = 10'000;
  for (int attempt = 1; ::flock(fd, LOCK_EX | LOCK_NB) != 0; ++attempt) {
    if (errno != EWOULDBLOCK || attempt == kAttempts) return false;
    ::usleep(kPauseUs);
  }
  return true;
}

// Not through FileSystem: an advisory lock belongs to an open file, and no test injects faults
// here.
Result<int> take_lock(const std::string& path) {
  const std::string file = path + "/lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return std::unexpected(unusable(path, errno_status("open " + file, errno)));
  if (lock_exclusively(fd)) {
    if (auto written = write_pid(fd); !written) {
      ::close(fd);
      return std::unexpected(unusable(path, written.error()));
    }
    return fd;
  }
  const int reason = errno;
  const std::string pid = holder(fd);
  ::close(fd);
  if (reason != EWOULDBLOCK) {
    return std::unexpected(unusable(path, errno_status("lock " + file, reason)));
  }
  return std::unexpected(
      Status(Code::kLocked, fmt::format("data directory '{}' is in use by process {}", path, pid)));
}

}  // namespace

Result<DataDirectory> DataDirectory::lock(FileSystem& files, const std::string& path) {
  if (auto made = make_durably(files, path); !made) {
    return std::unexpected(unusable(path, made.error()));
  }
  DataDirectory directory(path, TRY(take_lock(path)));
  TRY(directory.make_folders(files));
  return directory;
}

Result<DataDirectory> DataDirectory::lay_out(FileSystem& files, const std::string& path) {
  DataDirectory directory(path, -1);
  TRY(directory.make_folders(files));
  return directory;
}

Result<void> DataDirectory::make_folders(FileSystem& files) const {
  for (const std::string& folder : {base(), journal()}) {
    if (auto made = files.make_directory(folder); !made) {
      return std::unexpected(unusable(path_, made.error()));
    }
  }
  if (auto synced = files.sync_directory(path_); !synced) {
    return std::unexpected(unusable(path_, synced.error()));
  }
  return {};
}

Result<DataDirectory> DataDirectory::look(FileSystem& files, const std::string& path) {
  auto found = look_for(files, path, "/base/data.mdb");
  if (!found && look_for(files, path, "/journal")) {
    return error(
        Code::kDirectory,
        fmt::format("data directory '{}' has a journal but no base: base/data.mdb is missing",
                    path));
  }
  return found;
}

Result<DataDirectory> DataDirectory::look_at_journal(FileSystem& files, const std::string& path) {
  auto found = look_for(files, path, "/journal");
  if (!found && look_for(files, path, "/base/data.mdb")) {
    return error(Code::kDirectory,
                 fmt::format("data directory '{}' has a base but no journal: the folder journal is "
                             "missing",
                             path));
  }
  return found;
}

Result<DataDirectory> DataDirectory::look_for(FileSystem& files, const std::string& path,
                                              std::string_view part) {
  const auto present = files.exists(fmt::format("{}{}", path, part));
  if (!present) return std::unexpected(unusable(path, present.error()));
  if (!*present) {
    return error(Code::kDirectory, fmt::format("data directory '{}' holds no store", path));
  }
  return DataDirectory(path, -1);
}

Result<bool> DataDirectory::in_use(const std::string& path) {
  const std::string file = path + "/lock";
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return false;
  if (fd < 0) return std::unexpected(unusable(path, errno_status("open " + file, errno)));
  // Shared, and let go at once: two that look do not stand in each other's way.
  const bool free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  const int reason = errno;
  ::close(fd);
  if (free || reason == EWOULDBLOCK) return !free;
  return std::unexpected(unusable(path, errno_status("lock " + file, reason)));
}

DataDirectory::~DataDirectory() {
  if (lock_fd_ >= 0) ::close(lock_fd_);  // which unlocks
}

}  // namespace holdfast::storage
