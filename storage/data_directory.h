// DataDirectory: the layout of a store on disk, and the lock that keeps a second process out.
//
//   DIR/lock            locked while a daemon or an offline tool has the store; holds its pid
//   DIR/base/           LMDB's data.mdb and lock.mdb
//   DIR/journal/        segments and the watermark
//   DIR/person-keys     one key per person
//   DIR/backups         which verified backups there are; only what is missing is missed

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "storage/file_system.h"

namespace holdfast::storage {

class DataDirectory {
 public:
  // Creates what is missing (mode 0700) and takes the lock, which the object holds. kLocked if
  // another process has it, naming that process; kDirectory if the directory cannot be used, kIo if
  // the disk is full or fails.
  static Result<DataDirectory> lock(FileSystem& files, const std::string& path);
  // For reading beside a daemon: takes no lock and creates nothing. kDirectory if there is no
  // store.
  static Result<DataDirectory> look(FileSystem& files, const std::string& path);
  // The same where the base may be lost: the journal is enough.
  static Result<DataDirectory> look_at_journal(FileSystem& files, const std::string& path);
  // For what is built under a temporary name: creates what is missing within `path` and takes no
  // lock.
  static Result<DataDirectory> lay_out(FileSystem& files, const std::string& path);
  // Whether another process has the lock now. Changes nothing.
  static Result<bool> in_use(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept
      : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  const std::string& path() const { return path_; }
  std::string base() const { return path_ + "/base"; }
  std::string journal() const { return path_ + "/journal"; }
  std::string person_keys() const { return path_ + "/person-keys"; }

 private:
  DataDirectory(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}
  static Result<DataDirectory> look_for(FileSystem& files, const std::string& path,
                                        std::string_view part);
  Result<void> make_folders(FileSystem& files) const;

  std::string path_;
  int lock_fd_;  // -1: not locked
};

}  // namespace holdfast::storage
