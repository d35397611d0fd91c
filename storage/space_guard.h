// SpaceGuard: decides, before anything runs out, how much the disk still allows.
//
// The journal's spares are written out in advance and the base's growth is reserved before each
// flush, so that a full disk is met here and not in the middle of a commit. Thread: assess() on the
// flush thread, the rest on any.

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "storage/clock.h"
#include "storage/file_system.h"
#include "storage/store.h"

namespace holdfast::storage {

struct SpaceOptions {
  std::uint64_t reserve_bytes = 256ull << 20;  // below it (and the memtables): Space::kLow
  std::size_t spares = 2;                      // segments the journal should have ready
};

class SpaceGuard {
 public:
  // A busy journal uses up its spares for moments; only when they stay away is the disk the reason.
  static constexpr Duration kSparesMissing = Duration::seconds(3);

  SpaceGuard(FileSystem& files, std::string directory, const SpaceOptions& options)
      : files_(files), directory_(std::move(directory)), options_(options) {}

  // Looks at the disk. `memtable_bytes` must still go to the base; `now` is since boot. Returns
  // whether space() changed. A disk that cannot be asked counts as full.
  bool assess(std::uint64_t memtable_bytes, std::size_t ready_spares, Duration now);

  Space space() const { return space_.load(std::memory_order_acquire); }
  std::uint64_t free_bytes() const { return free_bytes_.load(std::memory_order_relaxed); }

 private:
  Space judge(std::uint64_t memtable_bytes, std::size_t ready_spares, Duration now);

  FileSystem& files_;
  const std::string directory_;
  const SpaceOptions options_;
  std::optional<Duration> spares_missing_since_;
  std::atomic<Space> space_ = Space::kAmple;
  std::atomic<std::uint64_t> free_bytes_ = 0;
};

}  // namespace holdfast::storage
