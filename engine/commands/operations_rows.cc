// Rows of the command table: operations.

#include <array>

#include "engine/commands/control.h"
#include "engine/commands/rows.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

constexpr ArgumentSpec kConfigGet[] = {
    {.name = "pattern", .most = kMaxNameBytes, .summary = "names of options, as net.*"}};
constexpr ArgumentSpec kConfigSet[] = {
    {.name = "name", .most = kMaxNameBytes, .summary = "name of an option, as in the file"},
    {.name = "value", .most = kMaxNoteBytes, .summary = "as the file would say it"}};
constexpr ArgumentSpec kSlowest[] = {
    {.name = "n",
     .type = ArgumentType::kNumber,
     .optional = true,
     .summary = "how many of the newest, up to 128; all if not given"}};

constexpr std::array kRows = std::to_array<CommandSpec>({
    {.name = "CHECKPOINT",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kAsync,
     .summary = "Brings everything committed so far from memory into the base",
     .note = "It answers when that is done",
     .handler = checkpoint},
    {.name = "CLOCK",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .summary = "Tells the wall clock and the time of commands, and whether they are apart",
     .handler = show_clock},
    {.name = "CLOCK ACCEPT",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kWrite,
     .summary = "Follows a step of the wall clock, and moves all open deadlines by it",
     .note = "A clock that was set back is not followed: the time of commands never goes back",
     .handler = accept_clock},
    {.name = "CONFIG GET",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .arguments = kConfigGet,
     .summary = "Shows options of the server as they are in force",
     .handler = config_get},
    {.name = "CONFIG SET",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead,
     .arguments = kConfigSet,
     .summary = "Changes an option of the running server",
     .note = "It is not written to the file: the next start, and SIGHUP, take what stands there",
     .handler = config_set},
    {.name = "DRAIN",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead,
     .summary = "Takes no new sales until RESUME: what takes stock is answered DRAINING",
     .note = "Connections stay, and paying, giving back and looking go on; a restart resumes",
     .handler = drain_sales},
    {.name = "RESUME",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead,
     .summary = "Sells again after DRAIN",
     .handler = resume_sales},
    {.name = "SHUTDOWN",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead,
     .summary = "Ends the server as SIGTERM does: what was asked is answered first",
     .handler = shut_down},
    {.name = "SLOWLOG",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .summary = "Lists the commands that took long, newest first",
     .note = "Those that took slowlog.threshold or longer, not counting the disk; 128 are kept",
     .handler = slow_log},
    {.name = "SLOWLOG GET",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .arguments = kSlowest,
     .summary = "Lists some of the commands that took long",
     .handler = slow_log},
    {.name = "SLOWLOG LEN",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .summary = "Counts the commands that took long",
     .handler = slow_log_length},
    {.name = "SLOWLOG RESET",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .summary = "Forgets the commands that took long",
     .handler = slow_log_reset},
});

}  // namespace

std::span<const CommandSpec> operations_rows() {
  return kRows;
}

}  // namespace holdfast::engine
