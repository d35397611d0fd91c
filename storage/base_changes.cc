#include "storage/base_changes.h"

#include "storage/journal_reader.h"
#include "storage/replay.h"

namespace holdfast::storage {

Result<bool> read_changes(FileSystem& files, const std::string& journal, PersonKeys& keys,
                          const BaseState& from, const BaseState& to, std::uint64_t most_bytes,
                          Memtable& changes) {
  Replay replay(keys, from, to.applied);
  const auto add = [&](const FrameView& frame) -> Result<bool> {
    TRY(replay.frame(frame, changes));
    return !replay.passed_over() && changes.bytes() <= most_bytes;
  };
  TRY(read_journal(files, journal, from.identity.uuid, from.applied, to.applied, add));
  return !replay.passed_over() && replay.reached().last_seq == to.applied &&
         changes.bytes() <= most_bytes;
}

}  // namespace holdfast::storage
