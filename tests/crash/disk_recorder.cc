#include "tests/crash/disk_recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "storage/check.h"

namespace holdfast::test {
namespace {

using Kind = DiskOperation::Kind;

constexpr int kMostDescriptors = 1 << 16;
// Whether a descriptor is of a file that is recorded: looked at by every write of the process.
std::array<std::atomic<bool>, kMostDescriptors> watched{};
std::atomic<DiskRecorder::Recording*> current = nullptr;

bool is_watched(int fd) {
  return fd >= 0 && fd < kMostDescriptors && watched[static_cast<std::size_t>(fd)];
}

std::string bytes_of(const iovec* parts, int count, std::size_t limit) {
  std::string bytes;
  for (int i = 0; i < count; ++i) {
    bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  }
  bytes.resize(limit);
  return bytes;
}

}  // namespace

struct DiskRecorder::Recording {
  struct Open {
    std::uint64_t file = 0;  // 0: a directory
    std::string path;
    bool synced = false;  // every write, by O_DSYNC
  };

  std::mutex mutex;  // held from before an operation until it is logged: the log has their order
  std::string root;
  DiskLog log;
  std::function<std::uint64_t()> acknowledged;
  std::map<std::string, std::uint64_t> names;
  std::map<int, Open> open;
  std::uint64_t last_file = 0;

  std::uint64_t told() const { return acknowledged ? acknowledged() : log.acknowledged; }

  // The path below the root; nothing if it is elsewhere.
  std::optional<std::string> below(const char* path) const {
    const std::string_view text(path);
    if (text == root) return "";
    if (!text.starts_with(root) || text[root.size()] != '/') return std::nullopt;
    return std::string(text.substr(root.size() + 1));
  }

  void add(DiskOperation operation, std::uint64_t told_before) {
    operation.acknowledged = told_before;
    log.operations.push_back(std::move(operation));
  }

  // Calls `act`, and logs `operation` if it succeeded.
  template <typename Act>
  long record(DiskOperation operation, Act act) {
    const auto told_before = told();
    const long result = act();
    if (result >= 0) add(std::move(operation), told_before);
    return result;
  }

  void wrote(int fd, std::uint64_t offset, std::string bytes, std::uint64_t told_before) {
    const Open& file = open.at(fd);
    const auto size = bytes.size();
    add({.kind = Kind::kWrite,
         .path = file.path,
         .file = file.file,
         .offset = offset,
         .bytes = std::move(bytes)},
        told_before);
    if (!file.synced) return;
    add({.kind = Kind::kSyncRange,
         .path = file.path,
         .file = file.file,
         .offset = offset,
         .length = size},
        told_before);
  }

  void opened(int fd, const std::string& path, int flags, bool created, std::uint64_t told_before) {
    CHECK(fd < kMostDescriptors, "descriptor {}", fd);
    if (created) {
      names[path] = ++last_file;
      add({.kind = Kind::kCreate, .path = path, .file = last_file}, told_before);
    }
    const auto name = names.find(path);
    const auto file = name == names.end() ? 0 : name->second;
    open[fd] = {.file = file, .path = path, .synced = (flags & O_DSYNC) != 0};
    watched[static_cast<std::size_t>(fd)] = true;
  }
};

DiskRecorder::DiskRecorder(const std::filesystem::path& root, DiskImage start,
                           std::uint64_t acknowledged)
    : recording_(new Recording) {
  CHECK(current == nullptr, "another recorder is at work");
  recording_->root = root.string();
  for (const auto& [path, bytes] : start.files) recording_->names[path] = ++recording_->last_file;
  recording_->log.start = std::move(start);
  recording_->log.acknowledged = acknowledged;
  current = recording_;
}

DiskRecorder::~DiskRecorder() {
  current = nullptr;
  for (const auto& [fd, file] : recording_->open) watched[static_cast<std::size_t>(fd)] = false;
  delete recording_;
}

void DiskRecorder::on_operation(std::function<std::uint64_t()> acknowledged) {
  const std::scoped_lock lock(recording_->mutex);
  recording_->log.acknowledged = recording_->told();
  recording_->acknowledged = std::move(acknowledged);
}

DiskLog DiskRecorder::log() const {
  const std::scoped_lock lock(recording_->mutex);
  DiskLog log = recording_->log;
  log.acknowledged = recording_->told();
  return log;
}

std::size_t DiskRecorder::operations() const {
  const std::scoped_lock lock(recording_->mutex);
  return recording_->log.operations.size();
}

std::size_t DiskRecorder::writes_to(std::string_view path_end) const {
  const std::scoped_lock lock(recording_->mutex);
  return static_cast<std::size_t>(
      std::ranges::count_if(recording_->log.operations, [&](const DiskOperation& operation) {
        return operation.kind == Kind::kWrite && operation.path.ends_with(path_end);
      }));
}

namespace {

using Recording = DiskRecorder::Recording;

// The recorder and its lock if `fd` is recorded.
struct Watch {
  explicit Watch(int fd) {
    if (!is_watched(fd)) return;
    lock_on();
    if (recording != nullptr && !recording->open.contains(fd)) recording = nullptr;
  }
  explicit Watch(const char* text) {
    lock_on();
    if (recording == nullptr) return;
    const auto found = recording->below(text);
    if (!found) {
      recording = nullptr;
      return;
    }
    path = *found;
  }
  void lock_on() {
    recording = current;
    if (recording != nullptr) lock = std::unique_lock(recording->mutex);
  }
  explicit operator bool() const { return recording != nullptr; }

  Recording* recording = nullptr;
  std::unique_lock<std::mutex> lock;
  std::string path;
};

int open_at(int directory, const char* path, int flags, mode_t mode) {
  const auto act = [&] {
    return static_cast<int>(syscall(SYS_openat, directory, path, flags, mode));
  };
  const Watch watch(path);
  if (!watch) return act();
  struct stat status{};
  const bool present = ::stat(path, &status) == 0;
  const auto told_before = watch.recording->told();
  const int fd = act();
  if (fd >= 0) {
    const bool created = !present && (flags & O_CREAT) != 0;
    watch.recording->opened(fd, watch.path, flags, created, told_before);
    if (present && (flags & O_TRUNC) != 0) {
      watch.recording->add({.kind = Kind::kTruncate,
                            .path = watch.path,
                            .file = watch.recording->names.at(watch.path)},
                           told_before);
    }
  }
  return fd;
}

ssize_t write_vector(int fd, const iovec* parts, int count, std::optional<off_t> at) {
  const auto act = [&]() -> ssize_t {
    if (at) return syscall(SYS_pwritev, fd, parts, count, *at, 0L);
    return syscall(SYS_writev, fd, parts, count);
  };
  const Watch watch(fd);
  if (!watch) return act();
  const off_t offset = at ? *at : ::lseek(fd, 0, SEEK_CUR);
  const auto told_before = watch.recording->told();
  const ssize_t written = act();
  if (written > 0) {
    watch.recording->wrote(fd, static_cast<std::uint64_t>(offset),
                           bytes_of(parts, count, static_cast<std::size_t>(written)), told_before);
  }
  return written;
}

int sync_with(int fd, long number) {
  const auto act = [&] { return syscall(number, fd); };
  const Watch watch(fd);
  if (!watch) return static_cast<int>(act());
  const auto& file = watch.recording->open.at(fd);
  const auto kind = file.file == 0 ? Kind::kSyncDirectory : Kind::kSync;
  return static_cast<int>(
      watch.recording->record({.kind = kind, .path = file.path, .file = file.file}, act));
}

}  // namespace
}  // namespace holdfast::test

// ---- the interposed functions -------------------------------------------------------------------
// Each makes the system call itself, so that it works the same under a sanitizer, whose own
// versions these replace.

extern "C" {

using namespace holdfast::test;  // NOLINT: these have to be outside of any namespace

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return open_at(directory, path, flags, mode);
}

int close(int fd) {
  if (const Watch watch(fd); watch) {
    watch.recording->open.erase(fd);
    watched[static_cast<std::size_t>(fd)] = false;
  }
  return static_cast<int>(syscall(SYS_close, fd));
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  const iovec part{const_cast<void*>(data), size};
  return write_vector(fd, &part, 1, offset);
}

ssize_t write(int fd, const void* data, size_t size) {
  if (!is_watched(fd)) return syscall(SYS_write, fd, data, size);
  const iovec part{const_cast<void*>(data), size};
  return write_vector(fd, &part, 1, std::nullopt);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  return write_vector(fd, parts, count, std::nullopt);
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return write_vector(fd, parts, count, offset);
}

int fdatasync(int fd) {
  return sync_with(fd, SYS_fdatasync);
}

int fsync(int fd) {
  return sync_with(fd, SYS_fsync);
}

int msync(void* address, size_t, int) {
  fprintf(stderr, "msync of %p: the recorder does not see writes through a mapping\n", address);
  abort();
}

int ftruncate(int fd, off_t size) noexcept {
  const auto act = [&] { return syscall(SYS_ftruncate, fd, size); };
  const Watch watch(fd);
  if (!watch) return static_cast<int>(act());
  const auto& file = watch.recording->open.at(fd);
  return static_cast<int>(watch.recording->record({.kind = Kind::kTruncate,
                                                   .path = file.path,
                                                   .file = file.file,
                                                   .offset = static_cast<std::uint64_t>(size)},
                                                  act));
}

// With FALLOC_FL_KEEP_SIZE nothing changes that a crash could show.
int fallocate(int fd, int mode, off_t offset, off_t length) {
  if (is_watched(fd) && (mode & FALLOC_FL_KEEP_SIZE) == 0) {
    fprintf(stderr, "fallocate with mode %d: the recorder does not know what it leaves\n", mode);
    abort();
  }
  return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
}

int mkdir(const char* path, mode_t mode) noexcept {
  const auto act = [&] { return syscall(SYS_mkdir, path, mode); };
  const Watch watch(path);
  if (!watch) return static_cast<int>(act());
  return static_cast<int>(
      watch.recording->record({.kind = Kind::kMakeDirectory, .path = watch.path}, act));
}

int rename(const char* from, const char* to) noexcept {
  const auto act = [&] { return syscall(SYS_rename, from, to); };
  const Watch watch(to);
  if (!watch) return static_cast<int>(act());
  const auto source = watch.recording->below(from).value_or("");
  const auto file = watch.recording->names[source];
  const long result = watch.recording->record(
      {.kind = Kind::kRename, .path = watch.path, .from = source, .file = file}, act);
  if (result == 0) {
    watch.recording->names.erase(source);
    watch.recording->names[watch.path] = file;
    for (auto& [fd, open] : watch.recording->open) {
      if (open.path == source) open.path = watch.path;
    }
  }
  return static_cast<int>(result);
}

int unlink(const char* path) noexcept {
  const auto act = [&] { return syscall(SYS_unlink, path); };
  const Watch watch(path);
  if (!watch) return static_cast<int>(act());
  const long result = watch.recording->record({.kind = Kind::kRemove, .path = watch.path}, act);
  if (result == 0) watch.recording->names.erase(watch.path);
  return static_cast<int>(result);
}

}  // extern "C"
