#include "storage/backup_rotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>

#include "storage/backup_manifest.h"
#include "storage/check.h"
#include "storage/file_system.h"

namespace holdfast::storage {

namespace {

constexpr std::string_view kPattern = "0000-00-00T000000Z";

bool is_rotated_name(std::string_view name) {
  return std::ranges::equal(name, kPattern, [](char c, char pattern) {
    return pattern == '0' ? c >= '0' && c <= '9' : c == pattern;
  });
}

}  // namespace

Result<std::string> rotated_backup_path(const std::string& directory, Time now) {
  TRY(real_file_system().make_directory(directory));
  std::string name = format_utc(now);
  std::erase(name, ':');
  return directory + "/" + name;
}

Result<std::vector<std::string>> keep_newest_backups(const std::string& directory, const Uuid& uuid,
                                                     std::size_t keep) {
  CHECK(keep > 0, "nothing would be kept");
  FileSystem& files = real_file_system();
  std::vector<std::string> backups;
  for (const std::string& name : TRY(files.list(directory))) {
    const std::string path = fmt::format("{}/{}", directory, name);
    if (!is_rotated_name(name)) continue;
    const auto manifest = read_manifest(path);
    if (manifest && manifest->identity.uuid == uuid) backups.push_back(path);
  }
  // The names are in order of time.
  std::ranges::sort(backups, std::greater<>());
  backups.erase(backups.begin(),
                backups.begin() + static_cast<std::ptrdiff_t>(std::min(keep, backups.size())));
  for (const std::string& path : backups) {
    TRY(files.remove(manifest_path(path)));
    TRY(files.sync_directory(path));
    std::error_code failure;
    std::filesystem::remove_all(path, failure);
    if (failure) return std::unexpected(errno_status("remove " + path, failure.value()));
  }
  return backups;
}

}  // namespace holdfast::storage
