#include "storage/backup_register.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <system_error>

namespace holdfast::storage {

namespace {

constexpr std::size_t kMostBytes = 64u << 10;
constexpr std::string_view kHeader = "holdfast-backups 1";

std::string register_path(const std::string& store) {
  return store + "/backups";
}

std::string encode(const std::vector<RegisteredBackup>& backups) {
  std::string text = fmt::format("{}\n", kHeader);
  for (const RegisteredBackup& backup : backups) {
    fmt::format_to(std::back_inserter(text), "{} {} {}\n", backup.last.value, backup.taken.us,
                   backup.path);
  }
  return text;
}

}  // namespace

std::vector<RegisteredBackup> registered_backups(FileSystem& files, const std::string& store) {
  std::vector<RegisteredBackup> backups;
  const auto file = files.open(register_path(store), OpenMode::kRead);
  if (!file) return backups;
  const auto text = (*file)->read_at(0, kMostBytes);
  if (!text) return backups;
  std::istringstream lines(*text);
  std::string line;
  if (!std::getline(lines, line) || line != kHeader) return backups;
  while (std::getline(lines, line) && backups.size() < kRegisteredBackups) {
    std::istringstream words(line);
    RegisteredBackup backup;
    if (!(words >> backup.last.value >> backup.taken.us)) return {};
    words.get();
    std::getline(words, backup.path);
    backups.push_back(std::move(backup));
  }
  return backups;
}

Result<void> register_backup(FileSystem& files, const std::string& store, const std::string& path,
                             const BackupManifest& manifest) {
  std::error_code failure;
  const std::filesystem::path absolute = std::filesystem::absolute(path, failure);
  const std::string name = failure ? path : absolute.lexically_normal().string();
  // A name with a line break would be read as two.
  if (name.find('\n') != name.npos) return {};
  std::vector<RegisteredBackup> backups = registered_backups(files, store);
  std::erase_if(backups, [&](const RegisteredBackup& backup) { return backup.path == name; });
  backups.insert(backups.begin(), {manifest.last, manifest.taken, name});
  backups.resize(std::min(backups.size(), kRegisteredBackups));

  const std::string fresh = register_path(store) + ".new";
  {
    const auto file = TRY(files.open(fresh, OpenMode::kCreate));
    TRY(file->truncate(0));
    TRY(file->write_at(0, encode(backups)));
    TRY(file->sync());
  }
  TRY(files.rename(fresh, register_path(store)));
  return files.sync_directory(store);
}

std::optional<Seq> needed_by_backups(FileSystem& files, const std::string& store) {
  std::optional<Seq> needed;
  for (const RegisteredBackup& backup : registered_backups(files, store)) {
    if (!needed || backup.last < *needed) needed = backup.last;
  }
  return needed;
}

}  // namespace holdfast::storage
