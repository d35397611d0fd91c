// Ground: what an engine under test stands on, and how it falls.

#pragma once

#include <memory>

#include "storage/store.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/memory_store.h"
#include "tests/support/stopped_clock.h"
#include "tests/support/temp_directory.h"

namespace holdfast::storage {
class LocalStore;
}

namespace holdfast::test {

class Ground {
 public:
  virtual ~Ground() = default;
  virtual storage::Store& store() = 0;
  // The process ends and begins again: in order, or by a crash.
  virtual void restart() = 0;
  virtual void crash() = 0;
  // The next operations on the disk but `nth` go well; then the machine is off.
  virtual void crash_soon(std::uint64_t nth) = 0;
  virtual bool can_crash() const = 0;
};

// A map: durable at the end of each turn, and it never falls.
class MemoryGround final : public Ground {
 public:
  storage::Store& store() override { return store_; }
  void restart() override {}
  void crash() override {}
  void crash_soon(std::uint64_t) override {}
  bool can_crash() const override { return false; }

 private:
  MemoryStore store_;
};

// The store that users run, with small segments and memtables, on the real file system. After a
// crash the files are as the operating system has them. What each process leaves is checked before
// the next begins: whatever clients did, a check finds nothing.
class LocalGround final : public Ground {
 public:
  explicit LocalGround(const storage::Clock& clock);
  ~LocalGround() override;
  storage::Store& store() override;
  void restart() override;
  void crash() override;
  void crash_soon(std::uint64_t nth) override { files_->crash_at(nth); }
  bool can_crash() const override { return true; }

 private:
  void open();
  void check() const;

  const storage::Clock& clock_;
  TempDirectory directory_;
  std::unique_ptr<FaultFileSystem> files_;
  std::unique_ptr<storage::LocalStore> store_;
};

}  // namespace holdfast::test
