#include "admin/command_table.h"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "admin/commands/backup_rows.h"
#include "admin/commands/check.h"
#include "admin/commands/journal.h"
#include "admin/commands/look.h"
#include "admin/commands/native.h"
#include "admin/commands/shell.h"

namespace holdfast::admin {

namespace {

constexpr std::string_view kKeysExplained =
    "A key is written as its parts, joined by /: 12/3/0; instants as 2026-12-01T10:11:44Z; any key "
    "byte by byte as 0x....";

constexpr std::array kLsOptions = std::to_array<OptionSpec>({{"-n", "NUMBER", "at most so many"}});
constexpr std::array kGetOptions =
    std::to_array<OptionSpec>({{"--hex", "", "key and value as they are stored"}});
constexpr std::array kTopOptions =
    std::to_array<OptionSpec>({{"-n", "ROUNDS", "end after so many rounds"}});

constexpr std::array kTailOptions =
    std::to_array<OptionSpec>({{"-n", "NUMBER", "so many of them; 10 if not given"},
                               {"-f", "", "go on with those that come, until Ctrl-C"}});
constexpr std::array kGrepOptions = std::to_array<OptionSpec>(
    {{"offering=", "NAME", "that touch this offering or its reservations"},
     {"account=", "NAME", "by this account, or of its reservations"},
     {"locator=", "LOCATOR", "of this reservation"},
     {"command=", "NAME", "of this command: BOOK, \"OFFERING ALTER\""}});
constexpr std::array kCheckOptions = std::to_array<OptionSpec>(
    {{"--fast", "", "storage only, and of the journal only what the base does not hold"},
     {"--full", "",
      "all of storage, all of the journal and all rules of the domain; the default"}});

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
    {.name = "stat",
     .usage = "TABLE",
     .summary = "the size of a table, its first and last key",
     .group = Group::kLook,
     .needs = Needs::kDirectory,
     .least = 1,
     .most = 1,
     .subject = Subject::kTable,
     .run = run_stat},
    {.name = "ls",
     .usage = "TABLE [PREFIX] [-n NUMBER]",
     .summary = "the rows of a table",
     .detail = kKeysExplained,
     .group = Group::kLook,
     .needs = Needs::kDirectory,
     .least = 1,
     .most = 2,
     .subject = Subject::kTable,
     .options = kLsOptions,
     .run = run_ls},
    {.name = "get",
     .usage = "TABLE KEY [--hex]",
     .summary = "one row, decoded",
     .detail = kKeysExplained,
     .group = Group::kLook,
     .needs = Needs::kDirectory,
     .least = 2,
     .most = 2,
     .subject = Subject::kTable,
     .options = kGetOptions,
     .run = run_get},
    {.name = "show",
     .usage = "LOCATOR",
     .summary = "a reservation with its items",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 1,
     .native = "SHOW",
     .run = run_native},
    {.name = "offering",
     .usage = "NAME",
     .summary = "an offering: its plan, axis, prices and rules",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 1,
     .subject = Subject::kOffering,
     .native = "OFFERING SHOW",
     .run = run_native},
    {.name = "account",
     .usage = "NAME",
     .summary = "an account and its reservations",
     .group = Group::kLook,
     .needs = Needs::kDirectory,
     .least = 1,
     .most = 1,
     .subject = Subject::kAccount,
     .run = run_account},
    {.name = "map",
     .usage = "OFFERING [legs=FROM-TO | nights=DATE..DATE | at=TIME/TIME]",
     .summary = "which units are free, held, booked or blocked",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 4,
     .subject = Subject::kOffering,
     .native = "MAP",
     .run = run_native},
    {.name = "find",
     .usage = "[guest=NAME] [account=NAME] [ref=LOCATOR|TRANSACTION] [n=NUMBER]",
     .summary = "reservations by the beginning of a name, of a locator, or by a transaction",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 5,
     .native = "FIND",
     .run = run_native},
    {.name = "history",
     .usage = "LOCATOR",
     .summary = "what happened to a reservation, oldest first",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 1,
     .most = 3,
     .native = "HISTORY",
     .run = run_native},
    {.name = "why",
     .usage = "OFFERING UNIT [legs=FROM-TO | nights=DATE..DATE | at=TIME/TIME]",
     .summary = "why a unit is not free",
     .group = Group::kLook,
     .needs = Needs::kTarget,
     .least = 2,
     .most = 3,
     .subject = Subject::kOffering,
     .native = "WHY",
     .run = run_native},
    {.name = "top",
     .usage = "[-n ROUNDS]",
     .summary = "what the server does, once a second, until Ctrl-C",
     .group = Group::kLook,
     .needs = Needs::kServer,
     .options = kTopOptions,
     .run = run_top},
    // ---- journal ----
    {.name = "journal ls",
     .summary = "the segments of the journal",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .run = run_journal_ls},
    {.name = "journal show",
     .usage = "[SEQ | SEQ..SEQ]",
     .summary = "what was done: time, actor, words and the rows it wrote; of one record in whole",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .most = 1,
     .run = run_journal_show},
    {.name = "journal tail",
     .usage = "[-n NUMBER] [-f]",
     .summary = "the last records",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .options = kTailOptions,
     .run = run_journal_tail},
    {.name = "journal grep",
     .usage = "[offering=NAME] [account=NAME] [locator=LOCATOR] [command=NAME]",
     .summary = "the records that have to do with all of these",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .options = kGrepOptions,
     .run = run_journal_grep},
    {.name = "journal verify",
     .summary = "prove the chain of the kept journal; the last chain value is a receipt",
     .detail = "Whoever keeps the receipt can tell later whether this history was changed.",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .run = run_journal_verify},
    {.name = "journal export",
     .usage = "[SEQ..SEQ]",
     .summary = "records with all their rows, a line of JSON each",
     .group = Group::kJournal,
     .needs = Needs::kDirectory,
     .most = 1,
     .run = run_journal_export},
    // ---- check ----
    {.name = "check",
     .usage = "[--fast | --full]",
     .summary = "prove that the store is sound, or list what is not",
     .detail = "Each finding names the rule that is broken, the record, what was expected and what "
               "was found. Exit status 0 is clean, 1 findings, 2 that it could not be checked.",
     .group = Group::kCheck,
     .needs = Needs::kDirectory,
     .options = kCheckOptions,
     .run = run_check},
});

}  // namespace

std::span<const Command> command_table() {
  static const std::vector<Command> table = [] {
    std::vector<Command> all(kCommands.begin(), kCommands.end());
    all.insert(all.end(), backup_rows().begin(), backup_rows().end());
    return all;
  }();
  return table;
}

Match find_command(std::span<const std::string> words) {
  Match best;
  for (const Command& command : command_table()) {
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
