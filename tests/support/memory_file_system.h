// MemoryFileSystem: a file system in memory that knows what a disk would know. What was not synced
// is lost at a crash, wholly or in part, as a seed decides: sectors of a file one by one, sizes,
// and names in the order in which they were changed.

#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"

namespace holdfast::test {

class MemoryFileSystem : public storage::FileSystem {
 public:
  static constexpr std::uint64_t kSectorBytes = 512;

  explicit MemoryFileSystem(
      std::uint64_t capacity_bytes = std::numeric_limits<std::uint64_t>::max())
      : capacity_bytes_(capacity_bytes) {}

  storage::Result<std::unique_ptr<storage::File>> open(const std::string& path,
                                                       storage::OpenMode mode) override;
  storage::Result<std::vector<std::string>> list(const std::string& directory) override;
  storage::Result<void> make_directory(const std::string& path) override;  // durable at once
  storage::Result<void> rename(const std::string& from, const std::string& to) override;
  storage::Result<void> remove(const std::string& path) override;
  storage::Result<void> sync_directory(const std::string& path) override;
  storage::Result<bool> exists(const std::string& path) override;
  storage::Result<std::uint64_t> free_bytes(const std::string& path) override;

  // The power goes and comes back: what stays is what was synced and, by `seed`, some of the rest
  // (seeds divisible by 8 keep none of it, those one above keep all). Files that are open belong
  // to the process that died: they change nothing any more.
  void crash(std::uint64_t seed);

  // For arranging damage: whole files, durable at once. contents() of a missing file is a failure
  // of the test.
  std::string contents(const std::string& path) const;
  void set_contents(const std::string& path, std::string_view bytes);
  void forget(const std::string& path);
  void set_capacity(std::uint64_t bytes);

  // An independent copy of what reads see now, all of it durable.
  std::unique_ptr<MemoryFileSystem> clone() const;

 private:
  friend class MemoryFile;

  struct Inode {
    std::string now;                // what reads see
    std::string durable;            // what the disk has
    std::set<std::uint64_t> dirty;  // sectors of `now` that a sync would write
  };
  using InodePtr = std::shared_ptr<Inode>;
  using Names = std::map<std::string, InodePtr>;
  struct NameChange {
    std::string directory;
    std::string path;
    InodePtr inode;        // nullptr: the name went
    std::string replaced;  // with a rename, the name it had before
  };

  void change_name(NameChange change);
  std::uint64_t used_bytes() const;

  mutable std::mutex mutex_;
  std::uint64_t capacity_bytes_;
  std::set<std::string> directories_;
  Names names_;          // as processes see them
  Names durable_names_;  // as the disk has them
  std::vector<NameChange> pending_;
};

// What a failed sync does to a file of a MemoryFileSystem: the system forgets what it did not
// write, and later syncs succeed without writing it, while reads go on showing it. Other files are
// left alone.
void lose_unsynced(storage::File& file);

}  // namespace holdfast::test
