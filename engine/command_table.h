// The command table: every command is one row of it, and nothing about commands is said elsewhere.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command.h"
#include "engine/limits.h"

namespace holdfast::engine {

// Every kReplayable row takes it, besides the arguments it lists.
inline constexpr ArgumentSpec kIdArgument{
    .name = "id",
    .option = true,
    .whole = true,
    .most = kMaxTokenBytes,
    .summary = "token by which a repeated request is known: it is answered again, not done again"};

// What '+' does in a row of parts.
inline constexpr std::string_view kPartsSummary =
    "the same again for another part; all parts are done together or not at all";

// How a usage says so, in brackets.
inline constexpr std::string_view kMoreParts = "+ ...";

// All rows, group after group. A row's place is its number (command_index).
std::span<const CommandSpec> command_table();

// The row of a request and how many of its words name it. "plan create x" finds "PLAN CREATE".
// Case does not matter; nothing is allocated. kSyntax for an unknown command, kArgs for an unknown
// or missing sub-command.
struct FoundCommand {
  const CommandSpec* spec = nullptr;
  std::size_t words = 0;  // 1 or 2, of the name
};
Result<FoundCommand> find_command(std::span<const std::string_view> words);

// REQUIRES: `spec` is a row of the table.
std::size_t command_index(const CommandSpec& spec);

// "BOOK offering [unit...] [type=NAME] [together] ... [+ ...]"
std::string usage(const CommandSpec& spec);
// One argument of it, without the brackets: "offering", "type=NAME", "together".
std::string usage(const ArgumentSpec& argument);
std::string_view word(Group group);
std::string_view word(ArgumentType type);  // what a value looks like: "NAME", "NUMBER", "DURATION"

// Every verb, sub-command and option name once, lower case, sorted: what a prompt completes.
std::vector<std::string> command_words();

}  // namespace holdfast::engine
