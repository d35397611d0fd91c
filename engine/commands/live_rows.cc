// Rows of the command table: changes as they happen.

#include <array>

#include "engine/commands/live.h"
#include "engine/commands/rows.h"
#include "engine/commands/shared_arguments.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

constexpr std::uint16_t kMaxPositionBytes = 40;
constexpr ArgumentSpec kFeedFrom{.name = "from",
                                 .option = true,
                                 .most = kMaxPositionBytes,
                                 .summary = "seq, or history:seq, to go on after"};
constexpr ArgumentSpec kWatch[] = {{.name = "offering",
                                    .type = ArgumentType::kName,
                                    .repeated = true,
                                    .summary = "offerings to watch"},
                                   kFeedFrom};
constexpr ArgumentSpec kUnwatch[] = {{.name = "offering",
                                      .type = ArgumentType::kName,
                                      .optional = true,
                                      .repeated = true,
                                      .summary = "offerings to watch no more; none: all"}};
constexpr ArgumentSpec kFeed[] = {{.name = "from",
                                   .option = true,
                                   .required = true,
                                   .most = kMaxPositionBytes,
                                   .summary = "seq, or history:seq, to go on after; 0: the first"},
                                  kListCount};

constexpr std::array kRows = std::to_array<CommandSpec>({
    {.name = "WATCH",
     .group = Group::kLive,
     .flags = kRead | kPushMode | kConnection,
     .arguments = kWatch,
     .summary = "Sends every change of these offerings from now on, or from a seq on",
     .handler = watch},
    {.name = "UNWATCH",
     .group = Group::kLive,
     .flags = kRead | kPushMode | kWhileDraining | kConnection,
     .arguments = kUnwatch,
     .summary = "Ends watching",
     .handler = unwatch},
    {.name = "FEED",
     .group = Group::kLive,
     .flags = kRead,
     .arguments = kFeed,
     .summary = "Lists the changes of all offerings after a seq",
     .handler = feed},
});

}  // namespace

std::span<const CommandSpec> live_rows() {
  return kRows;
}

}  // namespace holdfast::engine
