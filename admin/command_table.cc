#include "admin/command_table.h"

#include <fmt/format.h>

#include <array>

#include "admin/commands/backup.h"
#include "admin/commands/look.h"
#include "admin/commands/shell.h"

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

constexpr std::array kCommands = std::to_array<Command>({
    // ---- shell ----
    {.name = "help",
     .usage = "[COMMAND]",
     .summary = "list the commands, or explain one",
     .group = Group::kShell,
     .most = 2,
     .run = run_help},
    // ---- look ----
    {.name = "status",
     .summary = "what is there: versions, identity, seqs, sizes, alarms",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .run = run_status},
    {.name = "tables",
     .summary = "the tables with their numbers of rows and bytes",
     .group = Group::kLook,
     .needs = Needs::kDirectory,
     .run = run_tables},
    // ---- backup ----
    {.name = "backup",
     .usage = "DIR",
     .summary = "take a verified backup, beside a server or without one",
     .detail = "DIR must not exist; it is there when the backup is complete, verified and durable",
     .group = Group::kBackup,
     .needs = Needs::kDirectory,
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

std::span<const Command> command_table() {
  return kCommands;
}

Match find_command(std::span<const std::string> words) {
  Match best;
  for (const Command& command : kCommands) {
    const auto blank = command.name.find(' ');
    const std::size_t count = blank == std::string_view::npos ? 1 : 2;
    if (words.size() < count || count < best.words) continue;
    if (words[0] != command.name.substr(0, blank)) continue;
    if (count == 2 && words[1] != command.name.substr(blank + 1)) continue;
    best = {&command, count};
  }
  return best;
}

std::string usage(const Command& command) {
  if (command.usage.empty()) return std::string(command.name);
  return fmt::format("{} {}", command.name, command.usage);
}

}  // namespace holdfast::admin
