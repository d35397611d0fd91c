#include "cmd/backing_up.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>

#include "migrations/registry.h"
#include "storage/backup.h"

namespace holdfast::cmd {

Result<void> take_backup(const DaemonOptions& options) {
  std::string stage;
  const auto tell = [&](const storage::Progress& progress) {
    if (progress.stage != stage) {
      stage = progress.stage;
      fmt::print("{}\n", stage);
      std::fflush(stdout);
    }
    return true;
  };
  const auto& schema = migrations::current();
  const auto manifest = TRY(
      storage::take_backup({.source = options.data,
                            .destination = options.backup,
                            .kind = {.tables = schema.tables,
                                     .schema_version = schema.version,
                                     .map_bytes = static_cast<std::uint64_t>(options.map_bytes)},
                            .at_least = {static_cast<std::uint64_t>(options.at_least)},
                            .progress = tell}));
  fmt::print("{}: all commands up to {}\n", options.backup, manifest.last.value);
  return {};
}

}  // namespace holdfast::cmd
