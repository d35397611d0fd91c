#include "admin/commands/backup_rows.h"

#include <array>

#include "admin/commands/backup.h"

namespace holdfast::admin {

namespace {

constexpr std::string_view kPointExplained =
    "A point is a seq, or an instant like 2026-12-01T10:11:44Z: the last command by then";

constexpr std::array kRestoreOptions = std::to_array<OptionSpec>(
    {{"--into", "NEW", "the data directory to make; it must not exist"},
     {"--to", "POINT", "the point to restore to; without it the end of what there is"},
     {"--journal", "DIR", "go on with the journal of this data directory"}});
constexpr std::array kAsofOptions = std::to_array<OptionSpec>(
    {{"--backup", "DIR", "begin with this backup, not with one that the store knows of"}});

constexpr std::array kBackupRows = std::to_array<Command>({
    {.name = "backup",
     .usage = "DIR",
     .summary = "take a verified backup, beside a server or without one",
     .detail = "DIR must not exist; it is there when the backup is complete, verified and durable.",
     .group = Group::kBackup,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 1,
     .run = run_backup},
    {.name = "backup verify",
     .usage = "DIR",
     .summary = "read all of a backup and compare it with its manifest",
     .group = Group::kBackup,
     .least = 1,
     .most = 1,
     .run = run_backup_verify},
    {.name = "restore",
     .usage = "BACKUP --into NEW [--to POINT] [--journal DIR]",
     .summary = "make a new data directory from a backup",
     .detail = kPointExplained,
     .group = Group::kBackup,
     .least = 1,
     .most = 1,
     .options = kRestoreOptions,
     .run = run_restore},
    {.name = "asof",
     .usage = "POINT COMMAND... [--backup DIR]",
     .summary = "run a command that looks on the store as it was",
     .detail = kPointExplained,
     .group = Group::kBackup,
     .needs = Needs::kDirectory,
     .least = 2,
     .most = 16,
     .options = kAsofOptions,
     .run = run_asof},
});

}  // namespace

std::span<const Command> backup_rows() {
  return kBackupRows;
}

}  // namespace holdfast::admin
