// The rows of the command table, group by group; command_table.cc joins them. Data only.
//
// To add a command: its arguments and its row in the <group>_rows.cc of its group, and its handler
// in a source beside it. Nothing else knows the commands by name.

#pragma once

#include <span>

#include "engine/command.h"

namespace holdfast::engine {

std::span<const CommandSpec> session_rows();
std::span<const CommandSpec> account_rows();
std::span<const CommandSpec> stock_rows();
std::span<const CommandSpec> look_rows();
std::span<const CommandSpec> sell_rows();
std::span<const CommandSpec> live_rows();
std::span<const CommandSpec> operations_rows();
std::span<const CommandSpec> maintaining_rows();

}  // namespace holdfast::engine
