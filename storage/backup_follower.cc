#include "storage/backup_follower.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "storage/child_process.h"
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

bool is_followed_copy(const std::string& directory) {
  const auto present = real_file_system().exists(manifest_path(backup_within(directory)));
  return present && *present;
}

std::string backup_within(const std::string& copy) {
  return copy + "/backup";
}

Result<BackupFollower> BackupFollower::open(const std::string& source, const std::string& copy,
                                            const StoreKind& kind, const ReportProgress& progress) {
  FileSystem& files = real_file_system();
  DataDirectory from = TRY(DataDirectory::look(files, source));
  DataDirectory to = TRY(DataDirectory::lock(files, copy));
  if (!is_followed_copy(copy)) {
    TRY(take_backup({.source = source,
                     .destination = backup_within(copy),
                     .kind = kind,
                     .progress = progress}));
  }
  const BackupManifest manifest = TRY(read_manifest(backup_within(copy)));
  BackupFollower follower(std::move(from), std::move(to), manifest);
  TRY(follower.cut_torn_tail());
  return follower;
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
  FileSystem& files = real_file_system();
  const JournalEnd end = TRY(find_journal_end(files, source_, uuid_, last_));
  if (end.last <= last_ && rounds_ > 0) return last_;
  // Before the frames that need them.
  TRY(copy_keys());
  const CopiedJournal copied =
      TRY(extend_journal(files, source_.journal(), uuid_, last_, end.last, copy_.journal()));
  last_ = copied.last;
  return last_;
}

Result<Seq> verify_followed(const std::string& copy, const StoreKind& kind,
                            const ReportProgress& progress) {
  const BackupManifest manifest = TRY(verify_backup(backup_within(copy), kind, progress));
  const auto directory = TRY(DataDirectory::look_at_journal(real_file_system(), copy));
  const JournalEnd end =
      TRY(find_journal_end(real_file_system(), directory, manifest.identity.uuid, manifest.last));
  return end.last;
}

}  // namespace holdfast::storage
