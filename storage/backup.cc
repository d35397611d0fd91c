#include "storage/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "storage/backup_register.h"
#include "storage/base_verification.h"
#include "storage/child_process.h"
#include "storage/clock.h"
#include "storage/data_directory.h"
#include "storage/journal_copy.h"
#include "storage/journal_end.h"
#include "storage/journal_reader.h"
#include "storage/journal_record.h"
#include "storage/journal_segment.h"
#include "storage/pacing.h"
#include "storage/person_keys.h"
#include "storage/staged_directory.h"

namespace holdfast::storage {

namespace {

// A daemon that has nothing to write says within 50 ms how far it is durable.
constexpr std::chrono::seconds kProofPatience{10};
constexpr std::chrono::milliseconds kProofStep{10};

BaseOptions reading(const StoreKind& kind, bool alone) {
  return {.schema_version = kind.schema_version,
          .map_bytes = kind.map_bytes,
          .read_only = true,
          .alone = alone};
}

// ---- taking -------------------------------------------------------------------------------------

// The right to back up a store: one at a time, whoever asks.
class BackupTurn {
 public:
  static Result<BackupTurn> take(const std::string& store) {
    const int fd = ::open((store + "/backups.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return std::unexpected(errno_status("open " + store + "/backups.lock", errno));
    BackupTurn turn(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return turn;
    return error(Code::kBusy, fmt::format("another backup of '{}' is being taken", store));
  }
  BackupTurn(BackupTurn&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  BackupTurn& operator=(BackupTurn&&) = delete;
  ~BackupTurn() {
    if (fd_ >= 0) ::close(fd_);
  }

 private:
  explicit BackupTurn(int fd) : fd_(fd) {}
  int fd_;
};

struct CopiedBase {
  BaseState state;
  FileSum sum;
};

// The environments of source and copy are open one after the other.
Result<CopiedBase> copy_base(const DataDirectory& source, const std::string& to,
                             const BackupOptions& options) {
  CopiedBase copied;
  {
    const auto base =
        TRY(LmdbBase::open(source.base(), options.kind.tables, reading(options.kind, false)));
    const auto written = TRY(base->read_state());
    if (!written) {
      return error(Code::kDirectory,
                   fmt::format("data directory '{}' holds no store yet", source.path()));
    }
    copied.sum = TRY(base->copy_to(to + "/data.mdb"));
  }
  const auto copy = TRY(LmdbBase::open(to, options.kind.tables, reading(options.kind, true)));
  copied.state = *TRY(copy->read_state());
  return copied;
}

Result<JournalEnd> wait_for_end(const DataDirectory& source, const BaseState& state, Seq at_least) {
  const auto deadline = std::chrono::steady_clock::now() + kProofPatience;
  while (true) {
    const JournalEnd end =
        TRY(find_journal_end(real_file_system(), source, state.identity.uuid, state.applied));
    if (end.last >= at_least) return end;
    if (std::chrono::steady_clock::now() >= deadline) {
      return error(Code::kState, fmt::format("record {} is not durable, the last that is is {}",
                                             at_least.value, end.last.value));
    }
    std::this_thread::sleep_for(kProofStep);
  }
}

// Everything but the manifest, into the staged directory.
Result<BackupManifest> fill(const DataDirectory& source, const std::string& to,
                            const BackupOptions& options) {
  FileSystem& files = real_file_system();
  const DataDirectory copy = TRY(DataDirectory::lay_out(files, to));
  TRY(report(options.progress, "copying the base"));
  const CopiedBase base = TRY(copy_base(source, copy.base(), options));
  const BaseState& state = base.state;
  TRY(report(options.progress, "copying the journal"));
  const JournalEnd end = TRY(wait_for_end(source, state, options.at_least));
  const CopiedJournal journal = TRY(copy_journal(files, source.journal(), state.identity.uuid,
                                                 state.applied, end.last, copy.journal()));
  BackupManifest manifest{.identity = state.identity,
                          .schema_version = state.schema_version,
                          .applied = state.applied,
                          .digest = state.digest,
                          .last = end.last,
                          .base_time = state.last_time,
                          .last_time = end.last > state.applied ? end.last_time : state.last_time,
                          .taken = system_clock().wall(),
                          .chain = journal.chain,
                          .files = {}};
  manifest.files.push_back({"base/data.mdb", base.sum});
  for (const CopiedSegment& segment : journal.segments) {
    manifest.files.push_back({segment_path("journal", segment.number), segment.sum});
  }
  manifest.files.push_back({"journal/watermark", TRY(sum_file(copy.journal() + "/watermark"))});
  // After the journal: a person's key is in its file before the first frame that uses it.
  manifest.files.push_back(
      {"person-keys", TRY(copy_file(source.person_keys(), copy.person_keys()))});
  return manifest;
}

// ---- verifying ----------------------------------------------------------------------------------

std::unexpected<Status> wrong(std::string message) {
  return error(Code::kCorruption, std::move(message));
}

Result<void> verify_files(const std::string& backup, const BackupManifest& manifest,
                          const ReportProgress& progress) {
  std::uint64_t all = 0;
  for (const BackupFile& file : manifest.files) all += file.sum.bytes;
  std::uint64_t done = 0;
  for (const BackupFile& file : manifest.files) {
    const auto sum = sum_file(backup + "/" + file.name);
    if (!sum) return wrong(fmt::format("{}: {}", file.name, sum.error().message()));
    if (*sum != file.sum) return wrong(fmt::format("{} is not what was backed up", file.name));
    TRY(report(progress, "verifying files", done += file.sum.bytes, all));
  }
  return {};
}

// A segment more would be taken for a part of the journal.
Result<void> verify_segments(const std::string& backup, const BackupManifest& manifest) {
  std::set<std::string> listed;
  for (const BackupFile& file : manifest.files) listed.insert(file.name);
  for (const std::uint64_t number : TRY(segment_numbers(real_file_system(), backup + "/journal"))) {
    const std::string name = segment_path("journal", number);
    if (!listed.contains(name)) return wrong(fmt::format("{} is not in the manifest", name));
  }
  return {};
}

Result<void> verify_state(const std::string& backup, const BackupManifest& manifest,
                          const StoreKind& kind, const ReportProgress& progress) {
  const auto base = TRY(LmdbBase::open(backup + "/base", kind.tables, reading(kind, true)));
  const BaseState state = TRY(verify_base(*base, kind.tables, progress));
  const bool same = state.identity.uuid == manifest.identity.uuid &&
                    state.identity.history_id == manifest.identity.history_id &&
                    state.applied == manifest.applied && state.digest == manifest.digest &&
                    state.schema_version == manifest.schema_version;
  if (!same) return wrong("the base is not the one that the manifest tells of");
  return {};
}

Result<void> verify_journal(const std::string& backup, const BackupManifest& manifest) {
  FileSystem& files = real_file_system();
  StoredRecord record;
  const auto decode = [&](const FrameView& frame) -> Result<void> {
    RecordReader reader(frame.payload);
    while (TRY(reader.next(record))) {
    }
    return {};
  };
  const JournalScan scan = TRY(scan_journal(files, backup + "/journal", manifest.identity.uuid,
                                            manifest.applied, decode, ScanExtent::kEverything));
  if (scan.last != manifest.last || scan.chain != manifest.chain) {
    return wrong(fmt::format("the journal ends with record {}, the manifest says {}",
                             scan.last.value, manifest.last.value));
  }
  TRY(PersonKeys::open(files, backup + "/person-keys", manifest.identity.uuid, true));
  return {};
}

}  // namespace

Result<BackupManifest> verify_backup(const std::string& backup, const StoreKind& kind,
                                     const ReportProgress& progress) {
  BackupManifest manifest = TRY(read_manifest(backup));
  if (manifest.schema_version > kind.schema_version) {
    return error(Code::kNewer, fmt::format("the backup has schema {}, this program knows up to {}",
                                           manifest.schema_version, kind.schema_version));
  }
  const auto verified = run_in_child([&]() -> Result<std::string> {
    TRY(verify_files(backup, manifest, progress));
    TRY(verify_segments(backup, manifest));
    TRY(verify_state(backup, manifest, kind, progress));
    TRY(verify_journal(backup, manifest));
    return std::string();
  });
  if (!verified) {
    Status failure = verified.error();
    return std::unexpected(std::move(failure).prefixed(fmt::format("backup '{}'", backup)));
  }
  return manifest;
}

Result<BackupManifest> take_backup(const BackupOptions& options) {
  const DataDirectory source = TRY(DataDirectory::look(real_file_system(), options.source));
  const BackupTurn turn = TRY(BackupTurn::take(source.path()));
  const TurnsBeside turns(source.path());
  StagedDirectory staged = TRY(StagedDirectory::make(options.destination));
  BackupManifest manifest = TRY(fill(source, staged.path(), options));
  TRY(write_manifest(staged.path(), manifest));
  TRY(verify_backup(staged.path(), options.kind, options.progress));
  TRY(report(options.progress, "making it durable"));
  TRY(staged.publish());
  const bool stays = options.registered_as.empty();
  TRY(register_backup(real_file_system(), source.path(),
                      stays ? options.destination : options.registered_as, manifest));
  return manifest;
}

}  // namespace holdfast::storage
