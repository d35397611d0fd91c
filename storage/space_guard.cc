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

bool SpaceGuard::assess(std::uint64_t memtable_bytes, bool spares_refused) {
  const Space found = judge(memtable_bytes, spares_refused);
  const Space before = space_.exchange(found, std::memory_order_acq_rel);
  if (found == before) return false;
  log_event(found == Space::kAmple ? LogLevel::kInfo : LogLevel::kWarning, "space",
            {{"space", word(found)},
             {"free_bytes", free_bytes()},
             {"reserve_bytes", options_.reserve_bytes},
             {"spares_refused", spares_refused}});
  return true;
}

// A quota or a limit on files can refuse a spare while the file system still has room.
Space SpaceGuard::judge(std::uint64_t memtable_bytes, bool spares_refused) {
  const auto free = files_.free_bytes(directory_);
  free_bytes_.store(free ? *free : 0, std::memory_order_relaxed);
  if (free_bytes() < options_.reserve_bytes / kLastPart) return Space::kExhausted;
  if (spares_refused || free_bytes() < options_.reserve_bytes + memtable_bytes) return Space::kLow;
  return Space::kAmple;
}

}  // namespace holdfast::storage
