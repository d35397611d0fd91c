#include "storage/backup_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "storage/backup_register.h"
#include "storage/followed_copy.h"
#include "storage/journal_copy.h"
#include "storage/journal_end.h"
#include "storage/journal_frames.h"
#include "storage/journal_segment.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kAppendBlock = 1u << 20;
// Keys that were destroyed meanwhile are found by copying all of them, now and then: a minute, at a
// round a second.
constexpr std::uint64_t kWholeKeysEvery = 60;

// Makes `to` as long as `from` by what it lacks at its end.
Result<void> append_rest(const std::string& from, const std::string& to) {
  FileSystem& files = real_file_system();
  const auto source = TRY(files.open(from, OpenMode::kRead));
  const auto copy = TRY(files.open(to, OpenMode::kCreate));
  std::uint64_t at = TRY(copy->size());
  while (true) {
    const std::string block = TRY(source->read_at(at, kAppendBlock));
    if (block.empty()) return copy->sync();
    TRY(copy->write_at(at, block));
    at += block.size();
  }
}

}  // namespace

Result<BackupFollower> BackupFollower::open(const std::string& source, const std::string& copy,
                                            const StoreKind& kind, const ReportProgress& progress) {
  FileSystem& files = real_file_system();
  DataDirectory from = TRY(DataDirectory::look(files, source));
  DataDirectory to = TRY(DataDirectory::lock(files, copy));
  TRY(begin_from_rebased(copy));
  if (!is_followed_copy(copy)) {
    TRY(take_backup({.source = source,
                     .destination = backup_within(copy),
                     .kind = kind,
                     .progress = progress}));
  }
  const BackupManifest manifest = TRY(read_manifest(backup_within(copy)));
  BackupFollower follower(std::move(from), std::move(to), kind, progress, manifest);
  TRY(follower.require_same_history(manifest.identity));
  TRY(follower.cut_torn_tail());
  return follower;
}

// A store that was put back to an earlier point goes on from there: nothing of it follows what the
// copy has.
Result<void> BackupFollower::require_same_history(const Identity& identity) const {
  const auto base = TRY(LmdbBase::open(
      source_.base(), kind_.tables,
      {.schema_version = kind_.schema_version, .map_bytes = kind_.map_bytes, .read_only = true}));
  const auto state = TRY(base->read_state());
  const bool same = state && state->identity.uuid == identity.uuid &&
                    state->identity.history_id == identity.history_id;
  if (same) return {};
  return error(Code::kState,
               fmt::format("'{}' is a copy of another store, or of this one before it was restored "
                           "to an earlier point: follow to a new directory",
                           copy_.path()));
}

// What a crash of ours left at the end of the copy: the frames before it go on to be whole.
Result<void> BackupFollower::cut_torn_tail() {
  FileSystem& files = real_file_system();
  const auto begun = TRY(begun_segments(files, copy_.journal(), uuid_));
  for (const SegmentHeader& header : begun) {
    FrameCursor cursor(TRY(SegmentReader::open(files, copy_.journal(), header.segment)), header);
    for (bool good = true; good;) good = TRY(cursor.next());
    const auto file =
        TRY(files.open(segment_path(copy_.journal(), header.segment), OpenMode::kReadWrite));
    TRY(file->truncate(cursor.offset()));
    TRY(file->sync());
    if (cursor.expected().value > last_.value + 1) last_ = {cursor.expected().value - 1};
  }
  // One whose header was not whole yet.
  for (const std::uint64_t number : TRY(segment_numbers(files, copy_.journal()))) {
    const bool known = std::ranges::any_of(
        begun, [&](const SegmentHeader& header) { return header.segment == number; });
    if (!known) TRY(files.remove(segment_path(copy_.journal(), number)));
  }
  return {};
}

Result<void> BackupFollower::copy_keys() {
  FileSystem& files = real_file_system();
  if (rounds_++ % kWholeKeysEvery != 0) {
    return append_rest(source_.person_keys(), copy_.person_keys());
  }
  const std::string fresh = copy_.person_keys() + ".new";
  const bool left = TRY(files.exists(fresh));
  if (left) TRY(files.remove(fresh));
  TRY(append_rest(source_.person_keys(), fresh));
  TRY(files.rename(fresh, copy_.person_keys()));
  return files.sync_directory(copy_.path());
}

Result<Seq> BackupFollower::follow() {
  auto last = follow_journal();
  if (last || last.error().code() != Code::kGone) return last;
  const auto anew = begin_anew();
  // Another backup is being taken: not yet.
  if (!anew && anew.error().code() != Code::kBusy) return std::unexpected(anew.error());
  return last_;
}

Result<Seq> BackupFollower::follow_journal() {
  FileSystem& files = real_file_system();
  const auto end = find_journal_end(files, source_, uuid_, last_);
  if (!end) {
    TRY(require_kept());
    return std::unexpected(end.error());
  }
  if (end->last <= last_ && rounds_ > 0) return last_;
  // Before the frames that need them.
  TRY(copy_keys());
  const CopiedJournal copied =
      TRY(extend_journal(files, source_.journal(), uuid_, last_, end->last, copy_.journal()));
  last_ = copied.last;
  return last_;
}

// Whether the store still has the journal that the copy needs: kGone.
Result<void> BackupFollower::require_kept() const {
  const auto begun = TRY(begun_segments(real_file_system(), source_.journal(), uuid_));
  const Seq needed = TRY(first_needed(real_file_system(), copy_.journal(), last_));
  if (begun.empty() || begun.front().first <= needed) return {};
  return error(Code::kGone, fmt::format("the store keeps its journal from seq {}, the copy ends at "
                                        "{}",
                                        begun.front().first.value, last_.value));
}

Result<void> BackupFollower::begin_anew() {
  const BackupManifest manifest = TRY(take_backup({.source = source_.path(),
                                                   .destination = rebased_within(copy_.path()),
                                                   .registered_as = backup_within(copy_.path()),
                                                   .kind = kind_,
                                                   .progress = progress_}));
  TRY(begin_from_rebased(copy_.path()));
  last_ = manifest.last;
  rounds_ = 0;
  return {};
}

}  // namespace holdfast::storage
