#include "storage/space_guard.h"

#include <array>
#include <string_view>

#include "storage/log.h"

namespace holdfast::storage {

namespace {

// Giving back writes too: it may go on down to this part of the reserve.
constexpr std::uint64_t kLastPart = 4;

std::string_view word(Space space) {
  constexpr std::array<std::string_view, 3> kWords{"ample", "low", "exhausted"};
  return kWords[static_cast<std::size_t>(space)];
}

}  // namespace

bool SpaceGuard::assess(std::uint64_t memtable_bytes, std::size_t ready_spares, Duration now) {
  const Space found = judge(memtable_bytes, ready_spares, now);
  const Space before = space_.exchange(found, std::memory_order_acq_rel);
  if (found == before) return false;
  log_event(found == Space::kAmple ? LogLevel::kInfo : LogLevel::kWarning, "space",
            {{"space", word(found)},
             {"free_bytes", free_bytes()},
             {"reserve_bytes", options_.reserve_bytes},
             {"spares", ready_spares}});
  return true;
}

Space SpaceGuard::judge(std::uint64_t memtable_bytes, std::size_t ready_spares, Duration now) {
  const auto free = files_.free_bytes(directory_);
  free_bytes_.store(free ? *free : 0, std::memory_order_relaxed);
  if (ready_spares >= options_.spares) {
    spares_missing_since_.reset();
  } else if (!spares_missing_since_) {
    spares_missing_since_ = now;
  }
  if (free_bytes() < options_.reserve_bytes / kLastPart) return Space::kExhausted;
  const bool no_spares = spares_missing_since_ && now - *spares_missing_since_ >= kSparesMissing;
  if (no_spares || free_bytes() < options_.reserve_bytes + memtable_bytes) return Space::kLow;
  return Space::kAmple;
}

}  // namespace holdfast::storage
