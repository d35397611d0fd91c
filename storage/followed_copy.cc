#include "storage/followed_copy.h"

#include <filesystem>
#include <system_error>

#include "storage/data_directory.h"
#include "storage/file_system.h"
#include "storage/journal_end.h"
#include "storage/journal_watermark.h"

namespace holdfast::storage {

namespace {

std::string first_backup(const std::string& copy) {
  return copy + "/backup";
}

std::string journal_within(const std::string& copy) {
  return copy + "/journal";
}

bool present(const std::string& path) {
  const auto found = real_file_system().exists(path);
  return found && *found;
}

bool has_rebased(const std::string& copy) {
  return present(manifest_path(rebased_within(copy)));
}

Result<void> remove_tree(const std::string& path) {
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  if (failure) return std::unexpected(errno_status("remove " + path, failure.value()));
  return {};
}

}  // namespace

bool is_followed_copy(const std::string& directory) {
  return present(manifest_path(first_backup(directory))) || has_rebased(directory);
}

std::string rebased_within(const std::string& copy) {
  return copy + "/rebased";
}

// The newer one counts as soon as the journal of the older one is out of its way.
std::string backup_within(const std::string& copy) {
  const bool rebased = has_rebased(copy) && !present(journal_within(copy) + "/watermark");
  return rebased ? rebased_within(copy) : first_backup(copy);
}

Result<bool> has_journal_behind(const std::string& copy, const BackupManifest& manifest) {
  const auto watermark =
      TRY(read_watermark(real_file_system(), journal_within(copy), manifest.identity.uuid));
  return watermark && watermark->durable >= manifest.last;
}

Result<void> begin_from_rebased(const std::string& copy) {
  FileSystem& files = real_file_system();
  const std::string old_journal = journal_within(copy) + ".old";
  if (has_rebased(copy)) {
    if (present(journal_within(copy))) {
      TRY(remove_tree(old_journal));
      TRY(files.rename(journal_within(copy), old_journal));
      TRY(files.sync_directory(copy));
    }
    TRY(remove_tree(first_backup(copy)));
    TRY(files.rename(rebased_within(copy), first_backup(copy)));
    TRY(files.sync_directory(copy));
  }
  TRY(remove_tree(old_journal));
  TRY(DataDirectory::lay_out(files, copy));
  return {};
}

Result<Seq> verify_followed(const std::string& copy, const StoreKind& kind,
                            const ReportProgress& progress) {
  const BackupManifest manifest = TRY(verify_backup(backup_within(copy), kind, progress));
  const bool goes_on = TRY(has_journal_behind(copy, manifest));
  if (!goes_on) return manifest.last;
  const auto directory = TRY(DataDirectory::look_at_journal(real_file_system(), copy));
  const JournalEnd end =
      TRY(find_journal_end(real_file_system(), directory, manifest.identity.uuid, manifest.last));
  return end.last;
}

}  // namespace holdfast::storage
