// The command table: the rows of all groups, in order. Look-up and usage are in command_lookup.cc.

#include "engine/command_table.h"

#include "engine/commands/rows.h"

namespace holdfast::engine {

namespace {

std::vector<CommandSpec> joined() {
  std::vector<CommandSpec> all;
  for (const auto rows : {session_rows(), account_rows(), stock_rows(), look_rows(), sell_rows(),
                          live_rows(), maintaining_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace

std::span<const CommandSpec> command_table() {
  static const std::vector<CommandSpec> table = joined();
  return table;
}

}  // namespace holdfast::engine
