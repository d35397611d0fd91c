#include "storage/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "storage/base_verification.h"
#include "storage/check.h"
#include "storage/child_process.h"
#include "storage/data_directory.h"
#include "storage/followed_copy.h"
#include "storage/journal_copy.h"
#include "storage/journal_end.h"
#include "storage/journal_reader.h"
#include "storage/journal_segment.h"
#include "storage/journal_writer.h"
#include "storage/person_keys.h"
#include "storage/random.h"
#include "storage/replay.h"
#include "storage/staged_directory.h"

namespace holdfast::storage {

namespace {

// As many leaf pages a transaction as a store writes (LocalStoreOptions::memtable_pages).
constexpr std::uint64_t kFlushPages = 32'768;
constexpr std::uint64_t kRecordsBetween = 65'536;  // records: some 0.2 s

std::string when(Time time) {
  return time.us == 0 ? "the beginning" : format_utc(time, true);
}

// The seq at which a journal was found damaged, if the error says so.
std::optional<Seq> damaged_at(const Status& failure) {
  if (failure.code() != Code::kCorruption) return std::nullopt;
  for (const auto& [name, value] : failure.fields()) {
    Seq seq;
    const char* end = value.data() + value.size();
    if (name == "seq" && std::from_chars(value.data(), end, seq.value).ptr == end) return seq;
  }
  return std::nullopt;
}

Result<std::unique_ptr<LmdbBase>> open_own_base(const DataDirectory& store, const StoreKind& kind) {
  return LmdbBase::open(
      store.base(), kind.tables,
      {.schema_version = kind.schema_version, .map_bytes = kind.map_bytes, .read_only = true});
}

// Of all persons whom the base or the records up to there know. A store without them starts no
// server, and its journal cannot be read.
Result<void> require_keys(const DataDirectory& store, const BaseState& state) {
  return PersonKeys::require(real_file_system(), store.person_keys(), {state.next_person - 1});
}

// In a child, for damage to its pages may kill whoever reads it.
Result<void> prove_own_base(const RestoreOptions& options) {
  const auto proven = run_in_child([&]() -> Result<std::string> {
    const DataDirectory store = TRY(DataDirectory::look(real_file_system(), options.store));
    const auto base = TRY(open_own_base(store, options.kind));
    const BaseState state = TRY(verify_base(*base, options.kind.tables, options.progress));
    TRY(require_keys(store, state));
    return std::string();
  });
  if (proven) return {};
  Status failure = proven.error();
  return std::unexpected(std::move(failure).prefixed("the base of the store"));
}

class Restoring {
 public:
  Restoring(const RestoreOptions& options, DataDirectory target)
      : options_(options), target_(std::move(target)) {}

  Result<RestoreReport> run();

 private:
  Result<void> begin_from_backup();
  Result<void> begin_from_own_base();
  Result<void> begin_from_nothing();
  Result<void> open_base();
  Result<void> needs_first_record(const DataDirectory& store);
  std::unexpected<Status> without_journal(const Status& failure,
                                          const std::optional<Seq>& damage) const;
  Result<Seq> end_of_store(const DataDirectory& store, Seq after);
  Result<void> add_journal_of(const std::string& path);
  Result<void> add_journal_of_copy();
  bool ends_with_own_base() const;
  Result<Seq> find_point();
  Result<Seq> find_moment(Time moment);
  Result<Seq> not_covered(std::string_view point, bool beyond);
  Result<BaseState> replay(Seq point);
  std::string keys_before() const { return target_.person_keys() + ".before"; }
  Result<void> begin_history(const BaseState& state);

  FileSystem& files_ = real_file_system();
  const RestoreOptions& options_;
  const bool followed_ = !options_.backup.empty() && is_followed_copy(options_.backup);
  const DataDirectory target_;
  BaseState begun_;           // of the base before the replay
  Seq held_;                  // the journal of the target reaches so far
  bool whole_store_ = false;  // which is as far as the store's
  JournalScan scan_;          // of the journal of the target, if it has one
  std::unique_ptr<LmdbBase> base_;
};

// ---- what there is ------------------------------------------------------------------------------

Result<void> Restoring::begin_from_backup() {
  const std::string backup = followed_ ? backup_within(options_.backup) : options_.backup;
  const BackupManifest manifest = TRY(read_manifest(backup));
  TRY(report(options_.progress, "copying the backup"));
  for (const BackupFile& file : manifest.files) {
    TRY(copy_file(backup + "/" + file.name, target_.path() + "/" + file.name));
  }
  held_ = manifest.last;
  TRY(open_base());
  const auto state = TRY(base_->read_state());
  if (!state) return error(Code::kCorruption, "the base of the backup has no state");
  begun_ = *state;
  return {};
}

Result<void> Restoring::open_base() {
  base_ = TRY(LmdbBase::open(
      target_.base(), options_.kind.tables,
      {.schema_version = options_.kind.schema_version, .map_bytes = options_.kind.map_bytes}));
  return {};
}

Result<void> Restoring::begin_from_own_base() {
  const DataDirectory store = TRY(DataDirectory::look(files_, options_.store));
  TRY(report(options_.progress, "copying the base"));
  {  // the environments of both are open one after the other
    const auto base = TRY(open_own_base(store, options_.kind));
    TRY(base->copy_to(target_.base() + "/data.mdb"));
  }
  TRY(copy_file(store.person_keys(), target_.person_keys()));
  TRY(open_base());
  // Again: a server beside may have written since the base was proven.
  begun_ = TRY(verify_base(*base_, options_.kind.tables, options_.progress));
  held_ = begun_.applied;
  return {};
}

// A journal whose beginning is no longer kept is sound all the same: only a backup is missing.
Result<void> Restoring::needs_first_record(const DataDirectory& store) {
  const auto segments = TRY(list_segments(files_, store.journal(), begun_.identity.uuid));
  if (segments.empty() || segments.front().first.value == 1) return {};
  return error(
      Code::kGone,
      fmt::format("the journal of {} begins with seq {}: what was before can be made again "
                  "from a backup only, and none is named",
                  options_.store, segments.front().first.value));
}

Result<void> Restoring::begin_from_nothing() {
  const DataDirectory store = TRY(DataDirectory::look_at_journal(files_, options_.store));
  begun_.identity = {TRY(journal_uuid(files_, store.journal())), random_u64(), 0};
  TRY(needs_first_record(store));
  begun_.schema_version = options_.kind.schema_version;
  return open_base();
}

// The refusal, and how much there is all the same.
std::unexpected<Status> Restoring::without_journal(const Status& failure,
                                                   const std::optional<Seq>& damage) const {
  const bool readable = damage && damage->value > begun_.applied.value + 1;
  Status told(
      failure.code(),
      fmt::format("{}; {}without the journal the store ends with seq {}", failure.message(),
                  readable ? fmt::format("it can be read up to seq {}, ", damage->value - 1) : "",
                  begun_.applied.value));
  for (const auto& [name, value] : failure.fields()) told = std::move(told).with(name, value);
  return std::unexpected(std::move(told));
}

// Damage behind the point that was asked for does not matter.
Result<Seq> Restoring::end_of_store(const DataDirectory& store, Seq after) {
  auto end = find_journal_end(files_, store, begun_.identity.uuid, after);
  if (end) {
    whole_store_ = true;
    return end->last;
  }
  const Seq* point = std::get_if<Seq>(&options_.to);
  const std::optional<Seq> damage = damaged_at(end.error());
  if (point != nullptr && damage && *point < *damage) return std::max(*point, after);
  if (!options_.own_base) return std::unexpected(std::move(end).error());
  return without_journal(end.error(), damage);
}

// Then nothing of the journal is needed, whatever has become of it.
bool Restoring::ends_with_own_base() const {
  const Seq* point = std::get_if<Seq>(&options_.to);
  return options_.own_base && point != nullptr && *point == begun_.applied;
}

// Behind what the backup has. The keys are the store's: it has those of later persons, and not
// those of the persons who were forgotten. Those of the backup stay until the replay is through, to
// erase what its base still has of them.
Result<void> Restoring::add_journal_of(const std::string& path) {
  auto found = DataDirectory::look_at_journal(files_, path);
  if (!found && options_.own_base) return without_journal(found.error(), std::nullopt);
  const DataDirectory store = TRY(std::move(found));
  TRY(require_keys(store, begun_));
  TRY(report(options_.progress, "copying the journal"));
  const Seq last = TRY(end_of_store(store, held_));
  held_ = TRY(copy_journal_unread(files_, store.journal(), begun_.identity.uuid, held_, last,
                                  target_.journal()));
  const bool present = TRY(files_.exists(target_.person_keys()));
  const bool kept = TRY(files_.exists(keys_before()));
  if (present && kept) TRY(files_.remove(target_.person_keys()));
  if (present && !kept) TRY(files_.rename(target_.person_keys(), keys_before()));
  TRY(copy_file(store.person_keys(), target_.person_keys()));
  return {};
}

// Which is not there yet in a copy that was just begun.
Result<void> Restoring::add_journal_of_copy() {
  const BackupManifest manifest = TRY(read_manifest(backup_within(options_.backup)));
  const bool goes_on = TRY(has_journal_behind(options_.backup, manifest));
  return goes_on ? add_journal_of(options_.backup) : Result<void>();
}

// ---- the point ----------------------------------------------------------------------------------

Result<Seq> Restoring::not_covered(std::string_view point, bool beyond) {
  Time last = begun_.last_time;
  const auto note = [&](const RecordView& record) {
    last = std::max(last, record.time);
    return true;
  };
  TRY(replay_records(files_, target_.journal(), begun_.identity.uuid, begun_.applied, held_, note));
  // Where it begins is no matter then: another backup may reach further back.
  if (beyond) {
    return error(Code::kBadValue, fmt::format("{} is beyond the end: the last is seq {} ({})",
                                              point, held_.value, when(last)));
  }
  return error(Code::kBadValue,
               fmt::format("{} is not covered: there is all from seq {} ({}) to seq {} ({})", point,
                           begun_.applied.value, when(begun_.last_time), held_.value, when(last)));
}

Result<Seq> Restoring::find_moment(Time moment) {
  if (moment < begun_.last_time) return not_covered(format_utc(moment, true), false);
  Seq found = begun_.applied;
  TRY(replay_records(files_, target_.journal(), begun_.identity.uuid, begun_.applied, held_,
                     [&](const RecordView& record) {
                       if (record.time > moment) return false;
                       found = record.seq;
                       return true;
                     }));
  return found;
}

Result<Seq> Restoring::find_point() {
  if (const Time* moment = std::get_if<Time>(&options_.to)) return find_moment(*moment);
  const Seq* point = std::get_if<Seq>(&options_.to);
  if (point == nullptr) return held_;
  if (*point < begun_.applied || *point > held_) {
    return not_covered(fmt::format("seq {}", point->value), *point > held_);
  }
  return *point;
}

// ---- the new store ------------------------------------------------------------------------------

// Proves the chain on the way, from one source to the other.
Result<BaseState> Restoring::replay(Seq point) {
  const auto keys =
      TRY(PersonKeys::open(files_, target_.person_keys(), begun_.identity.uuid, true));
  const bool older = TRY(files_.exists(keys_before()));
  std::unique_ptr<PersonKeys> before;
  if (older) {
    before = TRY(PersonKeys::open(files_, keys_before(), begun_.identity.uuid, true));
    TRY(files_.remove(keys_before()));  // open for this replay, and for nobody else
  }
  BaseReplay replay(*base_, *keys, begun_, kFlushPages, point, before.get());
  std::uint64_t told = 0;
  const auto redo = [&](const FrameView& frame) -> Result<void> {
    if (replay.full()) TRY(replay.flush(begun_.identity));
    TRY(replay.add(frame));
    const std::uint64_t done = replay.reached().value - begun_.applied.value;
    if (done / kRecordsBetween == told) return {};
    told = done / kRecordsBetween;
    return report(options_.progress, "replaying", done, point.value - begun_.applied.value);
  };
  if (!ends_with_own_base()) {
    scan_ =
        TRY(scan_journal(files_, target_.journal(), begun_.identity.uuid, begun_.applied, redo));
    CHECK(scan_.last == held_, "last {} held {}", scan_.last.value, held_.value);
  }
  Identity identity = begun_.identity;
  identity.epoch = std::max(identity.epoch, scan_.epoch);
  if (whole_store_ && point == held_) return replay.flush(identity);
  identity.history_id = random_u64();
  ++identity.epoch;
  return replay.flush(identity);
}

// A journal that begins behind the base, in place of the one that was replayed.
Result<void> Restoring::begin_history(const BaseState& state) {
  for (const std::uint64_t number : TRY(segment_numbers(files_, target_.journal()))) {
    TRY(files_.remove(segment_path(target_.journal(), number)));
  }
  if (!ends_with_own_base()) TRY(files_.remove(target_.journal() + "/watermark"));
  const JournalStart start{.uuid = state.identity.uuid,
                           .epoch = state.identity.epoch,
                           .segment = scan_.last_segment + 1,
                           .next_seq = {state.applied.value + 1}};
  const auto writer = TRY(JournalWriter::open(files_, target_.journal(), start,
                                              {.segment_bytes = kMinSegmentBytes, .spares = 0}));
  return writer->close();
}

Result<RestoreReport> Restoring::run() {
  TRY(options_.own_base         ? begin_from_own_base()
      : options_.backup.empty() ? begin_from_nothing()
                                : begin_from_backup());
  if (followed_) TRY(add_journal_of_copy());
  // However far the copy was behind the store, nobody knows without the store.
  whole_store_ = false;
  if (!options_.store.empty() && !ends_with_own_base()) TRY(add_journal_of(options_.store));
  const Seq point = TRY(find_point());
  const BaseState state = TRY(replay(point));
  TRY(require_keys(target_, state));
  const bool cut = !whole_store_ || point < held_;
  if (cut) TRY(begin_history(state));
  base_.reset();
  TRY(files_.remove(target_.base() + "/lock.mdb"));
  return RestoreReport{.identity = state.identity,
                       .base = begun_.applied,
                       .last = state.applied,
                       .last_time = state.last_time,
                       // A journal does not say which history it is.
                       .new_history = cut || (options_.backup.empty() && !options_.own_base)};
}

}  // namespace

Result<RestoreReport> restore_within(const std::string& directory, const RestoreOptions& options) {
  CHECK(!options.backup.empty() || !options.store.empty(), "nothing to restore from");
  CHECK(!options.own_base || options.backup.empty(), "two bases to begin with");
  return Restoring(options, TRY(DataDirectory::lay_out(real_file_system(), directory))).run();
}

Result<RestoreReport> restore(const RestoreOptions& options) {
  StagedDirectory staged = TRY(StagedDirectory::make(options.into));
  if (!options.backup.empty() && is_followed_copy(options.backup)) {
    TRY(verify_followed(options.backup, options.kind, options.progress));
  } else if (options.own_base) {
    TRY(prove_own_base(options));
  } else if (!options.backup.empty()) {
    TRY(verify_backup(options.backup, options.kind, options.progress));
  }
  const RestoreReport done = TRY(restore_within(staged.path(), options));
  if (options.complete) TRY(options.complete(staged.path(), done));
  TRY(report(options.progress, "making it durable"));
  TRY(staged.publish());
  return done;
}

}  // namespace holdfast::storage
