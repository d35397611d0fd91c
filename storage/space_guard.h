// SpaceGuard: decides, before anything runs out, how much the disk still allows.
//
// The journal's spares are written out in advance and the base's growth is reserved before each
// flush, so that a full disk is met here and not in the middle of a commit. Thread: assess() on the
// flush thread, the rest on any.

#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "storage/file_system.h"
#include "storage/store.h"

namespace holdfast::storage {

struct SpaceOptions {
  std::uint64_t reserve_bytes = 256ull << 20;  // below it (and the memtables): Space::kLow
};

// What the disk has refused, whatever it says of its free bytes: a quota, or a limit on the size of
// files, does not show there.
struct DiskRefusals {
  bool spare = false;       // the journal could not make a spare segment
  bool last_spare = false;  // and has none left but the one it writes to
  bool base = false;        // the base could not reserve room for a flush
};

class SpaceGuard {
 public:
  SpaceGuard(FileSystem& files, std::string directory, const SpaceOptions& options)
      : files_(files), directory_(std::move(directory)), options_(options) {}

  // Looks at the disk. `memtable_bytes` must still go to the base. Returns whether space() changed.
  // A disk that cannot be asked counts as full.
  bool assess(std::uint64_t memtable_bytes, const DiskRefusals& refused);

  Space space() const { return space_.load(std::memory_order_acquire); }
  std::uint64_t free_bytes() const { return free_bytes_.load(std::memory_order_relaxed); }

 private:
  Space judge(std::uint64_t memtable_bytes, const DiskRefusals& refused);

  FileSystem& files_;
  const std::string directory_;
  const SpaceOptions options_;
  std::atomic<Space> space_ = Space::kAmple;
  std::atomic<std::uint64_t> free_bytes_ = 0;
};

}  // namespace holdfast::storage
