#include "admin/commands/backup_rows.h"

#include <array>

#include "admin/commands/backup.h"
#include "admin/commands/data.h"
#include "admin/commands/importing.h"
#include "admin/commands/repair.h"

namespace holdfast::admin {

namespace {

constexpr std::string_view kPointExplained =
    "A point is a seq, or an instant like 2026-12-01T10:11:44Z: the last command by then.";

constexpr std::array kBackupOptions = std::to_array<OptionSpec>(
    {{"--keep", "N", "DIR is a directory of backups, of which the newest N are kept"},
     {"--follow", "", "DIR is a copy that trails the store by moments, until Ctrl-C"}});
constexpr std::array kRestoreOptions = std::to_array<OptionSpec>(
    {{"--into", "NEW", "the data directory to make; it must not exist"},
     {"--to", "POINT", "the point to restore to; without it the end of what there is"},
     {"--journal", "DIR", "go on with the journal of this data directory"}});
constexpr std::array kAsofOptions = std::to_array<OptionSpec>(
    {{"--backup", "DIR", "begin with this backup, not with one that the store knows of"}});

constexpr std::array kRepairOptions = std::to_array<OptionSpec>(
    {{"--plan", "FILE", "write what would mend the store to this new file"},
     {"--apply", "FILE", "do what this plan says"},
     {"--backup", "DIR", "with --apply: where the backup before it goes"}});
constexpr std::array kRebuildOptions = std::to_array<OptionSpec>(
    {{"--into", "NEW", "the data directory to make; it must not exist"},
     {"--backup", "DIR", "begin with this backup, not with one that the store knows of"},
     {"--own-base", "", "begin with the base of the store itself, which is proven row by row"},
     {"--lose-after", "SEQ", "give up all that came after it; the new store records that"}});

constexpr std::array kExportOptions =
    std::to_array<OptionSpec>({{"--jsonl", "", "a line of JSON each, which is what it does anyway"},
                               {"--csv", "", "values separated by commas, with a line of names"}});

constexpr std::array kImportOptions = std::to_array<OptionSpec>(
    {{"--jsonl", "", "a line of JSON each, which is what it reads anyway"}});
constexpr std::array kImportLegacyOptions = std::to_array<OptionSpec>(
    {{"--bus", "NAME", "the offering of bus-bookings; bookbus if not given"},
     {"--hotel", "NAME", "that of hotel-rooms; hotel if not given"},
     {"--meal", "NAME", "that of meal-sqlite; mealtime if not given"},
     {"--rooms", "NAME", "that of rooms-csv; grand if not given"}});
constexpr std::size_t kMostFiles = 16;

constexpr std::array kBackupRows = std::to_array<Command>({
    {.name = "backup",
     .usage = "DIR [--keep N | --follow]",
     .summary = "take a verified backup, beside a server or without one",
     .detail = "DIR must not exist; it is there when the backup is complete, verified and durable.",
     .group = Group::kBackup,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 1,
     .options = kBackupOptions,
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
    // ---- repair ----
    {.name = "repair",
     .usage = "--plan FILE | --apply FILE [--backup DIR]",
     .summary = "mend the findings of a check: write a plan, read it, apply it",
     .detail =
         "A plan has one step a finding; take lines away that must not be done. Where two "
         "live reservations overlap, the later one loses its item, and where a unit is sold and "
         "blocked the block is lifted, only if `ask` is made `yes`. "
         "Applying needs a stopped server, backs up first, and does each step as a command.",
     .group = Group::kRepair,
     .needs = Needs::kDirectory,
     .effect = Effect::kDestroys,
     .options = kRepairOptions,
     .run = run_repair},
    {.name = "rebuild",
     .usage = "--into NEW [--backup DIR | --own-base] [--lose-after SEQ]",
     .summary = "make the store again from a backup and the journal, or the whole journal",
     .detail =
         "For a base that is damaged; with --own-base for a journal that is: the refusal says how "
         "far it can be read and with which command the store ends without it, and either can "
         "be said as --lose-after. What came after that is given up. Nothing of the old "
         "directory is changed.",
     .group = Group::kRepair,
     .needs = Needs::kDirectory,
     .options = kRebuildOptions,
     .run = run_rebuild},
    {.name = "compact",
     .summary = "write the base again without the pages that are free",
     .group = Group::kRepair,
     .needs = Needs::kStopped,
     .run = run_compact},
    // ---- data ----
    {.name = "export",
     .usage = "TABLE [--jsonl | --csv]",
     .summary = "all rows of a table; a reservation with its items, its history and its party",
     .group = Group::kData,
     .needs = Needs::kDirectory,
     .least = 1,
     .most = 1,
     .subject = Subject::kTable,
     .options = kExportOptions,
     .run = run_export},
    {.name = "import",
     .usage = "FILE... [--jsonl]",
     .summary = "put exported rows back, all of them or none",
     .detail =
         "Rows come under the keys they had: into the store they were exported from, or one that "
         "was restored to an earlier point. A reservation that was paid needs its payments as "
         "well. Indexes, occupied spans and counters are not read but made again. What is there "
         "already stays; if a row of the same key says something else, or a rule of check would "
         "be broken, nothing is imported.",
     .group = Group::kData,
     .needs = Needs::kStopped,
     .effect = Effect::kDestroys,
     .least = 1,
     .most = kMostFiles,
     .options = kImportOptions,
     .run = run_import},
    {.name = "import-legacy",
     .usage = "KIND:FILE... [--bus NAME] [--hotel NAME] [--meal NAME] [--rooms NAME]",
     .summary = "bring in accounts and bookings of the systems that Holdfast takes the place of",
     .detail = "KIND is bus-users, bus-bookings, hotel-rooms, meal-sqlite or rooms-csv. Give users "
               "first. Each file is one command; what is there already stays, and lines that are "
               "not taken are named.",
     .group = Group::kData,
     .needs = Needs::kStopped,
     .effect = Effect::kDestroys,
     .least = 1,
     .most = kMostFiles,
     .options = kImportLegacyOptions,
     .run = run_import_legacy},
    {.name = "migrate status",
     .summary = "the schemas there are, and which one the store has",
     .group = Group::kData,
     .needs = Needs::kDirectory,
     .run = run_migrate_status},
    {.name = "migrate run",
     .summary = "back up, then carry the store up to the newest schema",
     .detail = "A server does so when it starts, without the backup.",
     .group = Group::kData,
     .needs = Needs::kStopped,
     .effect = Effect::kDestroys,
     .run = run_migrate_run},
});

}  // namespace

std::span<const Command> backup_rows() {
  return kBackupRows;
}

}  // namespace holdfast::admin
