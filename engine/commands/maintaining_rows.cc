// Rows of the command table: work on the whole store.

#include <array>

#include "engine/commands/maintaining.h"
#include "engine/commands/rows.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

constexpr ArgumentSpec kBackup[] = {
    {.name = "path",
     .most = kMaxPathBytes,
     .summary = "a new directory of the server's machine, with its whole path"}};

constexpr ArgumentSpec kCheck[] = {
    {.name = "fast|full",
     .type = ArgumentType::kChoice,
     .optional = true,
     .choices = "fast|full",
     .summary = "fast: bytes only; full, if not given: the journal and what the rows mean, too"}};

constexpr std::array kRows = std::to_array<CommandSpec>({
    {.name = "BACKUP",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kAsync | kWhileDraining,
     .arguments = kBackup,
     .summary = "Takes a verified backup of all that is acknowledged, while commands go on",
     .note =
         "It answers when the backup is complete, read again and durable; INFO tells how far it "
         "is. One at a time, a second one is BUSY. The server must be allowed to write there",
     .example = "BACKUP /var/lib/holdfast/backups/monday",
     .handler = backup},
    {.name = "CHECK",
     .group = Group::kOperations,
     .role = Role::kAdmin,
     .flags = kRead | kAsync | kWhileDraining,
     .arguments = kCheck,
     .summary = "Proves that the store is sound, or lists what is not, while commands go on",
     .note =
         "It answers when all has been read; INFO tells that it runs. One at a time with BACKUP",
     .handler = check},
});

}  // namespace

std::span<const CommandSpec> maintaining_rows() {
  return kRows;
}

}  // namespace holdfast::engine
