// The commands of the shell, as data.

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "admin/command.h"

namespace holdfast::admin {

// All of them, by group.
std::span<const Command> command_table();

// The command that `words` begin with and how many of them are its name; the longest name wins.
struct Match {
  const Command* command = nullptr;  // nullptr: none
  std::size_t words = 0;
};
Match find_command(std::span<const std::string> words);

// "journal show [SEQ..SEQ]"
std::string usage(const Command& command);

}  // namespace holdfast::admin
