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

bool SpaceGuard::assess(std::uint64_t memtable_bytes, const DiskRefusals& refused) {
  const Space found = judge(memtable_bytes, refused);
  const Space before = space_.exchange(found, std::memory_order_acq_rel);
  if (found == before) return false;
  log_event(found == Space::kAmple ? LogLevel::kInfo : LogLevel::kWarning, "space",
            {{"space", word(found)},
             {"free_bytes", free_bytes()},
             {"reserve_bytes", options_.reserve_bytes},
             {"spares_refused", refused.spare},
             {"base_refused", refused.base}});
  return true;
}

// Giving back goes on into the journal's spares, but not into its last segment: what was committed
// when the guard looks must still fit, or the journal would fail.
Space SpaceGuard::judge(std::uint64_t memtable_bytes, const DiskRefusals& refused) {
  const auto free = files_.free_bytes(directory_);
  free_bytes_.store(free ? *free : 0, std::memory_order_relaxed);
  if (refused.last_spare || free_bytes() < options_.reserve_bytes / kLastPart) {
    return Space::kExhausted;
  }
  const bool low = free_bytes() < options_.reserve_bytes + memtable_bytes;
  return low || refused.spare || refused.base ? Space::kLow : Space::kAmple;
}

}  // namespace holdfast::storage
