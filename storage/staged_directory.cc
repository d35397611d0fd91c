#include "storage/staged_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "storage/file_system.h"

namespace holdfast::storage {

namespace {

namespace fs = std::filesystem;

Result<void> clear(const std::string& directory) {
  std::error_code failure;
  for (fs::directory_iterator at(directory, failure), end; !failure && at != end;
       at.increment(failure)) {
    fs::remove_all(at->path(), failure);
    if (failure) break;
  }
  if (failure) return std::unexpected(errno_status("clear " + directory, failure.value()));
  return {};
}

std::unexpected<Status> taken(const std::string& path) {
  return error(Code::kExists, fmt::format("'{}' exists already", path));
}

// Of the name that was asked for: that of the stage means nothing to who asked.
std::unexpected<Status> not_made(const std::string& path, int reason) {
  if (reason == ENOENT) {
    return error(Code::kIo,
                 fmt::format("cannot make '{}': its parent directory '{}' does not exist", path,
                             parent_directory(path)));
  }
  return std::unexpected(errno_status(fmt::format("make '{}'", path), reason));
}

Result<void> sync_path(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(errno_status("open " + path, errno));
  const int synced = ::fsync(fd);
  const int reason = errno;
  ::close(fd);
  if (synced != 0) return std::unexpected(errno_status("fsync " + path, reason));
  return {};
}

// Files before the directories that name them.
Result<void> sync_tree(const std::string& directory) {
  std::error_code failure;
  for (fs::directory_iterator at(directory, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->is_directory()) {
      TRY(sync_tree(at->path().string()));
    } else {
      TRY(sync_path(at->path().string()));
    }
  }
  if (failure) return std::unexpected(errno_status("read " + directory, failure.value()));
  return sync_path(directory);
}

}  // namespace

Result<StagedDirectory> StagedDirectory::make(const std::string& path) {
  if (path.empty() || path.back() == '/') {
    return error(Code::kBadValue, fmt::format("'{}' cannot be the name of a new directory", path));
  }
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) return taken(path);
  const std::string staged = path + ".new";
  if (::mkdir(staged.c_str(), 0700) != 0 && errno != EEXIST) return not_made(path, errno);
  const int fd = ::open(staged.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(errno_status("open " + staged, errno));
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return error(Code::kBusy, fmt::format("another process is making '{}'", path));
  }
  StagedDirectory directory(path, fd);
  TRY(clear(staged));
  return directory;
}

StagedDirectory::~StagedDirectory() {
  if (fd_ < 0) return;
  std::error_code ignored;  // what stays is cleared by whoever makes it next
  fs::remove_all(path(), ignored);
  ::close(fd_);
}

Result<void> StagedDirectory::publish() {
  TRY(sync_tree(path()));
  if (::renameat2(AT_FDCWD, path().c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return taken(path_);
    return std::unexpected(errno_status(fmt::format("rename {} to {}", path(), path_), errno));
  }
  ::close(std::exchange(fd_, -1));
  return sync_path(parent_directory(path_));
}

}  // namespace holdfast::storage
