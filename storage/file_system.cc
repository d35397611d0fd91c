#include "storage/file_system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace holdfast::storage {

namespace {

std::unexpected<Status> failed(std::string_view doing, const std::string& path) {
  const int error_number = errno;
  return std::unexpected(errno_status(fmt::format("{} {}", doing, path), error_number));
}

// A call that a signal interrupted is made again. Not for syncs, which are never repeated.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class RealFile final : public File {
 public:
  RealFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  RealFile(const RealFile&) = delete;
  RealFile& operator=(const RealFile&) = delete;
  ~RealFile() override { close(fd_); }

  Result<void> write_at(std::uint64_t offset, std::string_view data) override {
    const auto write = [&](std::size_t from) {
      return uninterrupted([&] {
        return pwrite(fd_, data.data() + from, data.size() - from,
                      static_cast<off_t>(offset + from));
      });
    };
    const ssize_t written = write(0);
    if (written < 0) return failed("write", path_);
    const auto taken = static_cast<std::size_t>(written);
    if (taken == data.size()) return {};
    // A disk that took a part is not trusted with the rest, which only says why: mostly it is full.
    if (write(taken) < 0) return failed("write", path_);
    return error(Code::kIo, fmt::format("write {}: only {} of {} bytes were written at once", path_,
                                        taken, data.size()));
  }

  Result<std::string> read_at(std::uint64_t offset, std::size_t size) override {
    std::string data(size, '\0');
    std::size_t have = 0;
    while (have < size) {
      const ssize_t got = uninterrupted([&] {
        return pread(fd_, data.data() + have, size - have, static_cast<off_t>(offset + have));
      });
      if (got < 0) return failed("read", path_);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    data.resize(have);
    return data;
  }

  Result<void> sync_data() override {
    if (fdatasync(fd_) != 0) return failed("fdatasync", path_);
    return {};
  }

  Result<void> sync() override {
    if (fsync(fd_) != 0) return failed("fsync", path_);
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    const int result = uninterrupted([&] { return ftruncate(fd_, static_cast<off_t>(size)); });
    if (result != 0) return failed("truncate", path_);
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat status{};
    if (fstat(fd_, &status) != 0) return failed("stat", path_);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> write_out(std::uint64_t offset, std::uint64_t bytes) override {
    constexpr unsigned kAll =
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    const int result = uninterrupted([&] {
      return sync_file_range(fd_, static_cast<off64_t>(offset), static_cast<off64_t>(bytes), kAll);
    });
    if (result != 0) return failed("write out", path_);
    return {};
  }

 private:
  int fd_;
  std::string path_;
};

int flags_of(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT;
    case OpenMode::kCreateFresh:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

class RealFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    const int fd =
        uninterrupted([&] { return ::open(path.c_str(), flags_of(mode) | O_CLOEXEC, 0600); });
    if (fd < 0) return failed("open", path);
    return std::make_unique<RealFile>(fd, path);
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    DIR* stream = opendir(directory.c_str());
    if (stream == nullptr) return failed("list", directory);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error_number = errno;
    closedir(stream);
    if (error_number != 0) {
      return std::unexpected(errno_status(fmt::format("list {}", directory), error_number));
    }
    return names;
  }

  Result<void> make_directory(const std::string& path) override {
    if (mkdir(path.c_str(), 0700) == 0) return {};
    struct stat status{};
    if (errno == EEXIST && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
    if (errno == EEXIST) errno = ENOTDIR;  // which says what is wrong
    return failed("make directory", path);
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename to", to);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return failed("remove", path);
    return {};
  }

  Result<void> sync_directory(const std::string& path) override {
    const int fd =
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (fd < 0) return failed("open directory", path);
    const RealFile directory(fd, path);
    if (fsync(fd) != 0) return failed("fsync directory", path);
    return {};
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status{};
    if (stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return failed("stat", path);
  }

  Result<std::uint64_t> free_bytes(const std::string& path) override {
    struct statvfs status{};
    if (statvfs(path.c_str(), &status) != 0) return failed("statvfs", path);
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
  }
};

}  // namespace

std::string parent_directory(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

FileSystem& real_file_system() {
  static RealFileSystem files;
  return files;
}

}  // namespace holdfast::storage
