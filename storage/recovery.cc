#include "storage/recovery.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/check.h"
#include "storage/journal_segment.h"
#include "storage/log.h"
#include "storage/random.h"

namespace holdfast::storage {

// ---- replay -------------------------------------------------------------------------------------

Replay::Replay(PersonKeys& keys, const BaseState& state)
    : keys_(keys), reach_{state.applied, state.last_time, state.next_person} {
}

Result<void> Replay::frame(const FrameView& frame, Memtable& rows) {
  RecordReader reader(frame.payload);
  const auto damaged = [&](std::string message) {
    return std::unexpected(Status(Code::kCorruption, std::move(message))
                               .with("segment", std::to_string(frame.segment))
                               .with("offset", std::to_string(frame.offset))
                               .with("seq", std::to_string(reach_.last_seq.value + 1)));
  };
  while (true) {
    auto more = reader.next(record_);
    if (!more) return damaged(more.error().message());
    if (!*more) return {};
    if (record_.seq <= reach_.last_seq) continue;
    if (record_.seq.value != reach_.last_seq.value + 1) {
      return damaged(fmt::format("record {} is followed by record {}", reach_.last_seq.value,
                                 record_.seq.value));
    }
    for (const StoredWrite& stored : record_.writes) {
      if (auto done = write(stored, rows); !done) return damaged(done.error().message());
    }
    reach_.last_seq = record_.seq;
    reach_.last_time = std::max(reach_.last_time, record_.time);
    reach_.next_person += record_.new_persons;
    rows.reach(reach_);
  }
}

Result<void> Replay::write(const StoredWrite& stored, Memtable& rows) {
  if (stored.kind == WriteKind::kPut) {
    rows.put(stored.table, stored.key, stored.value);
    return {};
  }
  if (stored.kind == WriteKind::kErase) {
    rows.erase(stored.table, stored.key);
    return {};
  }
  const std::optional<PersonKeys::KeyBytes> key = TRY(keys_.find(stored.person));
  if (!key) return {};  // forgotten
  const std::string plain = TRY(PersonKeys::open_sealed(*key, stored.person, stored.sealed));
  const SealedRow row = TRY(split_sealed(plain));
  if (stored.kind == WriteKind::kSealedPut) {
    rows.put(stored.table, row.key, row.value);
  } else {
    rows.erase(stored.table, row.key);
  }
  return {};
}

Result<void> replay_records(FileSystem& files, const std::string& journal, const Uuid& uuid,
                            Seq after, Seq durable,
                            const std::function<bool(const RecordView&)>& visit) {
  StoredRecord record;
  const auto show = [&](const FrameView& frame) -> Result<bool> {
    RecordReader reader(frame.payload);
    while (TRY(reader.next(record))) {
      if (record.seq <= after) continue;
      if (record.seq > durable || !visit(record.view())) return false;
    }
    return true;
  };
  return read_journal(files, journal, uuid, after, durable, show);
}

// ---- recovery -----------------------------------------------------------------------------------

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
  const bool present = TRY(files.exists(path));
  std::uint64_t size = 0;
  if (present) {
    const std::unique_ptr<File> file = TRY(files.open(path, OpenMode::kRead));
    size = TRY(file->size());
  }
  if (size >= PersonKeys::file_bytes(PersonId{state.next_person - 1})) return {};
  return error(Code::kCorruption, fmt::format("{} is {}: it ends before the key of person {}", path,
                                              present ? "cut" : "missing", state.next_person - 1));
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

// Brings the base up to the journal, at most `flush_pages` a transaction.
class BaseReplay {
 public:
  BaseReplay(LmdbBase& base, PersonKeys& keys, const BaseState& state, std::uint64_t flush_pages)
      : base_(base), replay_(keys, state), state_(state), flush_pages_(flush_pages) {}

  bool full() const { return rows_.estimated_pages(base_.leaf_pages()) >= flush_pages_; }
  Result<void> add(const FrameView& frame) { return replay_.frame(frame, rows_); }
  Seq reached() const { return replay_.reached().last_seq; }

  // REQUIRES: the journal is durable up to reached().
  Result<BaseState> flush(std::uint64_t epoch) {
    state_.identity.epoch = epoch;
    state_.applied = replay_.reached().last_seq;
    state_.last_time = replay_.reached().last_time;
    state_.next_person = replay_.reached().next_person;
    state_ = TRY(base_.write(rows_, state_, state_.applied));
    rows_.clear();
    return state_;
  }

 private:
  LmdbBase& base_;
  Replay replay_;
  BaseState state_;
  Memtable rows_;
  const std::uint64_t flush_pages_;
};

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
  if (replay.reached() < scan.last) {
    const auto redo = [&](const FrameView& frame) -> Result<bool> {
      if (replay.full()) TRY(replay.flush(epoch));
      TRY(replay.add(frame));
      return true;
    };
    TRY(read_journal(files, directory.journal(), uuid, replay.reached(), scan.last, redo));
  }
  // The epoch rises durably here, before the writer can write a byte under it. The first does not:
  // an epoch in the base proves that there is a journal, and until the writer has made one, a start
  // that fails must not look like its loss to the next (LocalStore notes it then).
  const BaseState state = TRY(replay.flush(scan.last_segment == 0 ? 0 : epoch));
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
