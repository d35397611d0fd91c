// BackupManifest: what a backup is and what is in it. Format in README.md.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_copy.h"
#include "storage/journal_format.h"
#include "storage/store.h"

namespace holdfast::storage {

inline constexpr std::uint32_t kBackupVersion = 1;

struct BackupFile {
  std::string name;  // within the backup: "journal/0000000003.journal"
  FileSum sum;
};

struct BackupManifest {
  Identity identity;  // as of the base
  std::uint32_t schema_version = 0;
  Seq applied;                            // the base's
  std::array<std::uint64_t, 2> digest{};  // of the base
  Seq last;                               // of the journal: what a restore can reach
  Time base_time;                         // of the record `applied`
  Time last_time;                         // of the record `last`
  Time taken;                             // by the wall clock
  ChainValue chain{};                     // of the journal's last frame
  std::vector<BackupFile> files = {};
};

std::string encode_manifest(const BackupManifest& manifest);
// kCorruption if it is damaged, kNewer if its format is unknown.
Result<BackupManifest> decode_manifest(std::string_view text);

std::string manifest_path(const std::string& backup);
// kDirectory when `backup` is no backup.
Result<BackupManifest> read_manifest(const std::string& backup);
Result<void> write_manifest(const std::string& backup, const BackupManifest& manifest);

}  // namespace holdfast::storage
