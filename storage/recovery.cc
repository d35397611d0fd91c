#include "storage/recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/check.h"
#include "storage/journal_reader.h"
#include "storage/journal_segment.h"
#include "storage/log.h"
#include "storage/random.h"
#include "storage/replay.h"

namespace holdfast::storage {

namespace {

// The state of the base; a fresh one for a new store.
Result<BaseState> begin_state(FileSystem& files, const DataDirectory& directory, LmdbBase& base,
                              std::uint32_t schema_version) {
  if (const auto state = TRY(base.read_state())) return *state;
  const auto segments = TRY(segment_numbers(files, directory.journal()));
  if (!segments.empty()) {
    return error(Code::kCorruption,
                 fmt::format("data directory '{}' has a journal but no base", directory.path()));
  }
  BaseState state;
  state.identity = {random_uuid(), random_u64(), 0};
  state.schema_version = schema_version;
  // Written before anything else, so that files which name the uuid never stand beside a base that
  // does not.
  return base.write(Memtable(), state, state.applied);
}

// The file was made before the first epoch was begun, and the keys of all persons that the base
// knows of were durable before it learned of them. Looked for before the file is opened, which
// would make a new one.
Result<void> check_keys(FileSystem& files, const std::string& path, const BaseState& state) {
  if (state.identity.epoch == 0) return {};
  return PersonKeys::require(files, path, PersonId{state.next_person - 1});
}

Result<void> check_joined(const BaseState& state, const JournalScan& scan) {
  const std::uint64_t applied = state.applied.value;
  if (scan.last_segment == 0 && (state.identity.epoch > 0 || applied > 0)) {
    return std::unexpected(
        Status(Code::kCorruption, "the journal is gone").with("seq", std::to_string(applied + 1)));
  }
  if (scan.oldest.value > applied + 1) {
    return std::unexpected(
        Status(Code::kCorruption,
               fmt::format("the base ends at record {} and the journal begins at record {}",
                           applied, scan.oldest.value))
            .with("seq", std::to_string(applied + 1)));
  }
  if (scan.last < state.applied) {
    return std::unexpected(
        Status(Code::kCorruption, fmt::format("the journal ends at record {}, the base holds {}",
                                              scan.last.value, applied))
            .with("seq", std::to_string(scan.last.value + 1)));
  }
  return {};
}

}  // namespace

// In this order: nothing is changed before the whole journal above applied_seq has been verified,
// and nothing enters the base before it is durable in the journal (cut_torn_tail sees to that).
Result<Recovered> recover(FileSystem& files, const DataDirectory& directory, LmdbBase& base,
                          const RecoveryOptions& options) {
  const BaseState found = TRY(begin_state(files, directory, base, options.schema_version));
  const Uuid& uuid = found.identity.uuid;
  TRY(check_keys(files, directory.person_keys(), found));
  auto keys = TRY(PersonKeys::open(files, directory.person_keys(), uuid, false));

  BaseReplay replay(base, *keys, found, options.flush_pages);
  bool in_memory = true;  // what does not fit is read a second time, below
  const JournalScan scan = TRY(scan_journal(files, directory.journal(), uuid, found.applied,
                                            [&](const FrameView& frame) -> Result<void> {
                                              in_memory = in_memory && !replay.full();
                                              return in_memory ? replay.add(frame) : Result<void>();
                                            }));
  TRY(check_joined(found, scan));
  if (scan.torn_bytes > 0) {
    log_warning("torn_tail_cut", {{"segment", scan.last_segment},
                                  {"offset", scan.good_bytes},
                                  {"bytes", scan.torn_bytes},
                                  {"last_seq", scan.last.value}});
  }
  TRY(cut_torn_tail(files, directory.journal(), scan));

  const std::uint64_t epoch = std::max(found.identity.epoch, scan.epoch) + 1;
  const auto at_epoch = [&](std::uint64_t value) {
    return Identity{found.identity.uuid, found.identity.history_id, value};
  };
  if (replay.reached() < scan.last) {
    const auto redo = [&](const FrameView& frame) -> Result<bool> {
      if (replay.full()) TRY(replay.flush(at_epoch(epoch)));
      TRY(replay.add(frame));
      return true;
    };
    TRY(read_journal(files, directory.journal(), uuid, replay.reached(), scan.last, redo));
  }
  // The epoch rises durably here, before the writer can write a byte under it. The first does not:
  // an epoch in the base proves that there is a journal, and until the writer has made one, a start
  // that fails must not look like its loss to the next (LocalStore notes it then).
  const BaseState state = TRY(replay.flush(at_epoch(scan.last_segment == 0 ? 0 : epoch)));
  CHECK(state.applied == scan.last, "applied {} last {}", state.applied.value, scan.last.value);
  log_info("recovered", {{"epoch", epoch},
                         {"replayed", state.applied.value - found.applied.value},
                         {"last_seq", state.applied.value}});
  return Recovered{
      .state = state,
      .start = {uuid, epoch, scan.last_segment + 1, Seq{state.applied.value + 1}, scan.chain},
      .oldest = scan.oldest,
      .keys = std::move(keys)};
}

}  // namespace holdfast::storage
