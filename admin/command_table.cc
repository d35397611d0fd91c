#include "admin/command_table.h"

#include <fmt/format.h>

#include <array>

#include "admin/commands/look.h"
#include "admin/commands/shell.h"

namespace holdfast::admin {

namespace {

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
