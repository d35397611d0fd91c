#include "storage/read_only_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "storage/base_changes.h"
#include "storage/digest.h"
#include "storage/journal_reader.h"
#include "storage/journal_record.h"
#include "storage/journal_watermark.h"
#include "storage/reading_transaction.h"
#include "storage/replay.h"

namespace holdfast::storage {

namespace {

// A segment that was just removed, a page just written: tried again.
constexpr int kAttempts = 5;

// The end of a live journal moves while it is read: what was not there a moment ago stands before a
// frame that is there now, which looks like damage. When it is looked at again the frame is there,
// because it was written before the later one. Damage is found at the same place twice.
bool end_has_moved(const std::optional<Status>& before, const Status& now) {
  return before && before->code() == Code::kCorruption && now.code() == Code::kCorruption &&
         !now.fields().empty() && before->fields() != now.fields();
}

class ReadOnlyTransaction final : public ReadingTransaction {
 public:
  explicit ReadOnlyTransaction(const ReadView& view) : view_(view) {}
  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) override {
    return view_.get(table, key);
  }
  Result<std::unique_ptr<Cursor>> scan(TableId table) override { return view_.scan(table); }

 private:
  const ReadView view_;
};

// The last frame of a live journal may be written but not synced: it is held back until something
// proves it durable, which the frame after it does.
class ProvenFrames {
 public:
  ProvenFrames(Replay& replay, Memtable& rows) : replay_(replay), rows_(rows) {}

  Result<void> add(const FrameView& frame) {
    TRY(release());
    payload_ = frame.payload;
    held_ = frame;
    return {};
  }
  Result<void> end(Seq durable) {
    if (held_ && held_->first.value + held_->count <= durable.value + 1) TRY(release());
    return {};
  }

 private:
  Result<void> release() {
    if (!held_) return {};
    held_->payload = payload_;
    TRY(replay_.frame(*held_, rows_));
    held_.reset();
    return {};
  }

  Replay& replay_;
  Memtable& rows_;
  std::optional<FrameView> held_;
  std::string payload_;
};

// Where that cannot be told somebody may.
bool nobody_has(const DataDirectory& directory) {
  const auto used = DataDirectory::in_use(directory.path());
  return used && !*used;
}

}  // namespace

Result<std::unique_ptr<ReadOnlyStore>> ReadOnlyStore::open(const ReadOnlyOptions& options) {
  DataDirectory directory = TRY(DataDirectory::look(*options.files, options.directory));
  auto base = TRY(LmdbBase::open(directory.base(), options.tables,
                                 {.schema_version = options.schema_version,
                                  .map_bytes = options.map_bytes,
                                  .read_only = true}));
  std::unique_ptr<ReadOnlyStore> store(
      new ReadOnlyStore(std::move(directory), *options.files, std::move(base)));
  TRY(store->load());
  return store;
}

Result<void> ReadOnlyStore::load() {
  const auto written = TRY(base_->read_state());
  if (!written) {
    return error(Code::kDirectory,
                 fmt::format("data directory '{}' holds no store yet", directory_.path()));
  }
  keys_ = TRY(PersonKeys::open(files_, directory_.person_keys(), written->identity.uuid, true));
  snapshot_ = TRY(base_->snapshot());
  std::optional<Status> failure;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto loaded = load_rows();
    if (loaded || end_has_moved(failure, loaded.error())) return {};
    failure = std::move(loaded).error();
  }
  return std::unexpected(std::move(*failure));
}

// On an error rows_ hold what was proven before it.
Result<void> ReadOnlyStore::load_rows() {
  state_ = TRY(snapshot_->renew());
  rows_.clear();
  Replay replay(*keys_, state_);
  ProvenFrames frames(replay, rows_);
  const auto watermark = TRY(read_watermark(files_, directory_.journal(), state_.identity.uuid));
  const bool free_before = nobody_has(directory_);
  const auto scan = scan_journal(files_, directory_.journal(), state_.identity.uuid, state_.applied,
                                 [&](const FrameView& frame) { return frames.add(frame); });
  reach_ = replay.reached();
  if (!scan) return std::unexpected(Status(scan.error()));
  if (scan->oldest.value > state_.applied.value + 1) {
    return error(Code::kCorruption,
                 fmt::format("the base ends at record {}, the journal begins at {}",
                             state_.applied.value, scan->oldest.value));
  }
  const Seq durable = watermark ? watermark->durable : Seq{};
  // What is whole in a store that was killed is what a recovery will find.
  const bool stopped = scan->clean_stop || (free_before && nobody_has(directory_));
  TRY(frames.end(stopped ? scan->last : durable));
  reach_ = replay.reached();
  return {};
}

bool ReadOnlyStore::can_move_on() {
  if (stays_) return false;
  const auto state = base_->read_state();
  return state && *state && (*state)->applied > state_.applied;
}

std::uint64_t ReadOnlyStore::move_on() {
  if (stays_) return 0;
  const auto taken = take_in_changes();
  stays_ = !taken || !*taken || rows_.bytes() > kMostKept;
  return stays_ ? 0 : **taken;
}

// Nothing when what is shown could not be kept. An instant that is kept in full costs room, not
// truth: no error is one of the read.
Result<std::optional<std::uint64_t>> ReadOnlyStore::take_in_changes() {
  auto newer = TRY(base_->snapshot());
  const BaseState state = TRY(newer->renew());
  Memtable changes;
  const std::uint64_t room = kMostKept - std::min(kMostKept, rows_.bytes());
  const bool all =
      TRY(read_changes(files_, directory_.journal(), *keys_, state_, state, room, changes));
  if (!all) return std::nullopt;
  const auto keep = [&](TableId table, const Memtable::Row& row) -> Result<void> {
    if (rows_.find(table, row.key()) != nullptr) return {};
    const auto shown = TRY(snapshot_->get(table, row.key()));
    shown ? rows_.put(table, row.key(), *shown) : rows_.erase(table, row.key());
    return {};
  };
  TRY(changes.for_each(keep));
  snapshot_ = std::move(newer);
  state_ = state;
  return changes.rows();
}

std::unique_ptr<Transaction> ReadOnlyStore::begin() const {
  return std::make_unique<ReadOnlyTransaction>(view());
}

Result<std::array<std::uint64_t, 2>> ReadOnlyStore::digest() const {
  Digest digest(state_.digest);
  const auto replace = [&](TableId table, const Memtable::Row& row) -> Result<void> {
    const auto old = TRY(snapshot_->get(table, row.key()));
    if (old) digest.subtract(table, row.key(), *old);
    if (!row.erased()) digest.add(table, row.key(), row.value());
    return {};
  };
  TRY(rows_.for_each(replace));
  return digest.words();
}

Result<bool> ReadOnlyStore::forgotten(PersonId person) const {
  const auto key = TRY(keys_->find(person));
  return !key.has_value();
}

Result<void> ReadOnlyStore::replay(Seq after,
                                   const std::function<bool(const RecordView&)>& visit) const {
  return replay_records(files_, directory_.journal(), state_.identity.uuid, after, last_seq(),
                        visit);
}

}  // namespace holdfast::storage
