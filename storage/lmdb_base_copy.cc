#include <fcntl.h>
#include <fmt/format.h>
#include <lmdb.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "storage/lmdb_base.h"
#include "storage/lmdb_base_rows.h"
#include "storage/paced_file.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kPipeBytes = 1u << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// All that comes out of the pipe, into the file. On an error the pipe is closed, which ends the one
// who fills it.
Result<void> drain(Descriptor from, PacedFile& into) {
  std::vector<char> block(kPipeBytes);
  while (true) {
    const ssize_t got = ::read(from.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(errno_status("read the copy of the base", errno));
    if (got == 0) return {};
    TRY(into.append(std::string_view(block.data(), static_cast<std::size_t>(got))));
  }
}

}  // namespace

// LMDB writes its copy by itself, to a descriptor: a pipe, so that how fast it reaches the disk is
// ours to say.
Result<FileSum> LmdbBase::copy_to(const std::string& path) {
  PacedFile copy = TRY(PacedFile::create(path));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(errno_status("make a pipe", errno));
  }
  Descriptor out(ends[0]);
  Descriptor in(ends[1]);
  ::fcntl(in.get(), F_SETPIPE_SZ, static_cast<int>(kPipeBytes));  // fewer switches, if it may
  Result<void> drained;
  std::thread drainer;
  try {
    drainer = std::thread([&] { drained = drain(std::move(out), copy); });
  } catch (const std::system_error& failure) {
    return std::unexpected(errno_status("start a thread", failure.code().value()));
  }
  const int code = mdb_env_copyfd2(env_, in.get(), MDB_CP_COMPACT);
  in.close();
  drainer.join();
  TRY(std::move(drained));
  if (code != 0) return lmdb_error(fmt::format("copy the base to {}", path), code);
  TRY(copy.sync());
  return copy.sum();
}

}  // namespace holdfast::storage
