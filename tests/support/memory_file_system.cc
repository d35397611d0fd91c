#include "tests/support/memory_file_system.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <utility>

namespace holdfast::test {

using storage::errno_status;
using storage::OpenMode;
using storage::Result;

namespace {

std::unexpected<storage::Status> failed(std::string_view doing, const std::string& path,
                                        int error_number) {
  return std::unexpected(errno_status(std::string(doing) + " " + path, error_number));
}

constexpr std::uint64_t kSector = MemoryFileSystem::kSectorBytes;

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

}  // namespace

class MemoryFile : public storage::File {
 public:
  MemoryFile(MemoryFileSystem& system, MemoryFileSystem::InodePtr inode, std::string path,
             bool writable)
      : system_(system), inode_(std::move(inode)), path_(std::move(path)), writable_(writable) {}

  Result<void> write_at(std::uint64_t offset, std::string_view data) override {
    const std::scoped_lock lock(system_.mutex_);
    if (!writable_) return failed("write", path_, EBADF);
    const std::uint64_t end = offset + data.size();
    std::string& now = inode_->now;
    if (end > now.size()) {
      const std::uint64_t growth = end - now.size();
      const std::uint64_t used = system_.used_bytes();
      if (used + growth > system_.capacity_bytes_) return failed("write", path_, ENOSPC);
      now.resize(end, '\0');
    }
    now.replace(offset, data.size(), data);
    for (std::uint64_t at = offset; at < end; at = (at / kSector + 1) * kSector) {
      inode_->dirty.insert(at / kSector);
    }
    return {};
  }

  Result<std::string> read_at(std::uint64_t offset, std::size_t size) override {
    const std::scoped_lock lock(system_.mutex_);
    if (offset >= inode_->now.size()) return std::string();
    return inode_->now.substr(offset, size);
  }

  Result<void> sync_data() override {
    const std::scoped_lock lock(system_.mutex_);
    inode_->durable.resize(inode_->now.size(), '\0');
    for (const std::uint64_t sector : inode_->dirty) copy_sector(sector);
    inode_->dirty.clear();
    return {};
  }

  Result<void> sync() override { return sync_data(); }

  Result<void> truncate(std::uint64_t size) override {
    const std::scoped_lock lock(system_.mutex_);
    if (!writable_) return failed("truncate", path_, EBADF);
    // What a cut took away must not come back from the disk when the file grows again.
    for (std::uint64_t at = size / kSector * kSector; at < inode_->now.size(); at += kSector) {
      inode_->dirty.insert(at / kSector);
    }
    inode_->now.resize(size, '\0');
    return {};
  }

  Result<std::uint64_t> size() override {
    const std::scoped_lock lock(system_.mutex_);
    return inode_->now.size();
  }

  Result<void> write_out(std::uint64_t, std::uint64_t) override { return {}; }  // nothing durable

  void lose_unsynced() {
    const std::scoped_lock lock(system_.mutex_);
    inode_->dirty.clear();
  }

 private:
  void copy_sector(std::uint64_t sector) {
    const std::uint64_t at = sector * kSector;
    if (at >= inode_->now.size()) return;  // truncated since
    const std::string bytes = inode_->now.substr(at, kSector);
    inode_->durable.replace(at, bytes.size(), bytes);
  }

  MemoryFileSystem& system_;
  const MemoryFileSystem::InodePtr inode_;
  const std::string path_;
  const bool writable_;
};

Result<std::unique_ptr<storage::File>> MemoryFileSystem::open(const std::string& path,
                                                              OpenMode mode) {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(path);
  const bool present = found != names_.end();
  const bool create = mode == OpenMode::kCreate || mode == OpenMode::kCreateFresh;
  if (present && mode == OpenMode::kCreateFresh) return failed("open", path, EEXIST);
  if (!present && !create) return failed("open", path, ENOENT);
  if (!present && !directories_.contains(parent_of(path))) return failed("open", path, ENOENT);
  InodePtr inode = present ? found->second : std::make_shared<Inode>();
  if (!present) change_name({parent_of(path), path, inode, {}});
  return std::make_unique<MemoryFile>(*this, std::move(inode), path, mode != OpenMode::kRead);
}

Result<std::vector<std::string>> MemoryFileSystem::list(const std::string& directory) {
  const std::scoped_lock lock(mutex_);
  if (!directories_.contains(directory)) return failed("list", directory, ENOENT);
  std::vector<std::string> entries;
  for (const auto& [path, inode] : names_) {
    if (parent_of(path) == directory) entries.push_back(path.substr(directory.size() + 1));
  }
  return entries;
}

Result<void> MemoryFileSystem::make_directory(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  directories_.insert(path);
  return {};
}

Result<void> MemoryFileSystem::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(from);
  if (found == names_.end()) return failed("rename", from, ENOENT);
  change_name({parent_of(to), to, found->second, from});
  return {};
}

Result<void> MemoryFileSystem::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (!names_.contains(path)) return failed("remove", path, ENOENT);
  change_name({parent_of(path), path, nullptr, {}});
  return {};
}

Result<void> MemoryFileSystem::sync_directory(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(pending_, [&](const NameChange& change) {
    if (change.directory != path) return false;
    if (!change.replaced.empty()) durable_names_.erase(change.replaced);
    if (change.inode) {
      durable_names_[change.path] = change.inode;
    } else {
      durable_names_.erase(change.path);
    }
    return true;
  });
  return {};
}

Result<bool> MemoryFileSystem::exists(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  return names_.contains(path) || directories_.contains(path);
}

Result<std::uint64_t> MemoryFileSystem::free_bytes(const std::string&) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t used = used_bytes();
  return capacity_bytes_ > used ? capacity_bytes_ - used : 0;
}

void MemoryFileSystem::change_name(NameChange change) {
  if (!change.replaced.empty()) names_.erase(change.replaced);
  if (change.inode) {
    names_[change.path] = change.inode;
  } else {
    names_.erase(change.path);
  }
  pending_.push_back(std::move(change));
}

std::uint64_t MemoryFileSystem::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, inode] : names_) used += inode->now.size();
  return used;
}

void MemoryFileSystem::crash(std::uint64_t seed) {
  const std::scoped_lock lock(mutex_);
  std::mt19937_64 random(seed);
  const auto keep = [&] {
    const bool coin = random() % 2 == 0;
    if (seed % 8 == 0) return false;
    if (seed % 8 == 1) return true;
    return coin;
  };
  // Changes of names reach the disk in order: some first part of them did.
  for (const NameChange& change : pending_) {
    if (!keep()) break;
    if (!change.replaced.empty()) durable_names_.erase(change.replaced);
    if (change.inode) {
      durable_names_[change.path] = change.inode;
    } else {
      durable_names_.erase(change.path);
    }
  }
  pending_.clear();
  Names after;
  for (const auto& [path, inode] : durable_names_) {
    std::string bytes = inode->durable;
    if (inode->now.size() != bytes.size() && keep()) bytes.resize(inode->now.size(), '\0');
    for (const std::uint64_t sector : inode->dirty) {
      const std::uint64_t at = sector * kSectorBytes;
      if (at >= inode->now.size() || at >= bytes.size() || !keep()) continue;
      const std::uint64_t size =
          std::min<std::uint64_t>({kSectorBytes, inode->now.size() - at, bytes.size() - at});
      bytes.replace(at, size, inode->now, at, size);
    }
    after[path] = std::make_shared<Inode>(Inode{bytes, bytes, {}});
  }
  names_ = after;
  durable_names_ = std::move(after);
}

std::string MemoryFileSystem::contents(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  const auto found = names_.find(path);
  if (found == names_.end()) {
    ADD_FAILURE() << "there is no file " << path;
    return {};
  }
  return found->second->now;
}

void MemoryFileSystem::set_contents(const std::string& path, std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  directories_.insert(parent_of(path));
  const auto inode = std::make_shared<Inode>(Inode{std::string(bytes), std::string(bytes), {}});
  names_[path] = inode;
  durable_names_[path] = inode;
}

void MemoryFileSystem::forget(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  names_.erase(path);
  durable_names_.erase(path);
}

void MemoryFileSystem::set_capacity(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  capacity_bytes_ = bytes;
}

std::unique_ptr<MemoryFileSystem> MemoryFileSystem::clone() const {
  const std::scoped_lock lock(mutex_);
  auto copy = std::make_unique<MemoryFileSystem>(capacity_bytes_);
  copy->directories_ = directories_;
  for (const auto& [path, inode] : names_) {
    const auto same = std::make_shared<Inode>(Inode{inode->now, inode->now, {}});
    copy->names_[path] = same;
    copy->durable_names_[path] = same;
  }
  return copy;
}

void lose_unsynced(storage::File& file) {
  if (auto* memory = dynamic_cast<MemoryFile*>(&file)) memory->lose_unsynced();
}

}  // namespace holdfast::test
