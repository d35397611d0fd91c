// FaultFileSystem: a FileSystem over another one (MemoryFileSystem, or the real one) that counts
// what passes, and fails where a test says.
//
//   MemoryFileSystem disk;
//   FaultFileSystem files(disk);
//   files.fail({.operation = Operation::kSync, .nth = 3});   // the third sync from now, once
//   files.crash_at(17);        // the 17th change from now is begun; then the machine is off
//   ... run; disk.crash(seed); // what the disk has when it comes back
//
// Thread: any.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"

namespace holdfast::test {

// What a process can do to a disk. Reads and listings are no changes and are not numbered.
enum class Operation : std::uint8_t {
  kCreate,  // an opening that makes the file
  kWrite,
  kSync,  // sync and sync_data
  kTruncate,
  kRename,
  kRemove,
  kSyncDirectory,
};

struct Fault {
  enum class Kind : std::uint8_t {
    kError,       // EIO; a sync that fails makes the system forget what it should have written
    kNoSpace,     // ENOSPC
    kShortWrite,  // half of a write arrives, and the error says so
  };

  std::optional<Operation> operation{};  // nothing: any
  std::string path_contains{};           // empty: any
  std::string path_ends{};               // empty: any
  std::uint64_t nth = 1;                 // of those that fit, counted from now
  bool from_then_on = false;             // not once, but always
  bool growing = false;                  // only what takes new room, see OperationEvent
  Kind kind = Kind::kError;
};

struct OperationEvent {
  Operation operation;
  std::string path{};
  std::uint64_t offset = 0;  // of a write
  std::uint64_t bytes = 0;   // of a write; the new size for a truncate
  bool grows = false;        // takes new room: a new file, a write beyond the end
};

class FaultFileSystem : public storage::FileSystem {
 public:
  explicit FaultFileSystem(storage::FileSystem& below) : below_(below) {}

  // Faults add up; each counts for itself.
  void fail(Fault fault);
  void clear_faults();
  void crash_at(std::uint64_t nth);  // 1 is the next change
  bool crashed() const;

  std::uint64_t operations() const;  // changes so far
  std::vector<OperationEvent> events() const;
  // Called before each change, outside of any lock.
  void on_operation(std::function<void(const OperationEvent&)> observe);

  storage::Result<std::unique_ptr<storage::File>> open(const std::string& path,
                                                       storage::OpenMode mode) override;
  storage::Result<std::vector<std::string>> list(const std::string& directory) override;
  storage::Result<void> make_directory(const std::string& path) override;
  storage::Result<void> rename(const std::string& from, const std::string& to) override;
  storage::Result<void> remove(const std::string& path) override;
  storage::Result<void> sync_directory(const std::string& path) override;
  storage::Result<bool> exists(const std::string& path) override;
  storage::Result<std::uint64_t> free_bytes(const std::string& path) override;

 private:
  friend class FaultFile;

  // How a change goes on.
  enum class Verdict : std::uint8_t { kPass, kFail, kNoSpace, kShort, kCrashNow, kOff };

  Verdict judge(const OperationEvent& event);
  // Runs `act` as the verdict on `event` has it.
  storage::Result<void> change(const OperationEvent& event,
                               const std::function<storage::Result<void>()>& act);
  storage::Result<void> still_on() const;

  storage::FileSystem& below_;
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::vector<OperationEvent> events_;
  std::uint64_t crash_at_ = 0;  // number of the operation; 0: never
  bool crashed_ = false;
  std::function<void(const OperationEvent&)> observe_;
};

}  // namespace holdfast::test
