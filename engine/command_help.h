// What HELP, COMMAND, COMMAND DOCS and COMMAND INFO say: all of it from the command table.
//
// COMMAND and its sub-commands answer in the shape of Redis, so that redis-cli and the client
// libraries know our commands: a verb with sub-commands ("PLAN CREATE") is a container "plan" with
// the sub-command "plan|create".

#pragma once

#include <span>
#include <string_view>

#include "engine/reply.h"
#include "engine/values.h"

namespace holdfast::engine {

// No topic: one line a command, by group, selling first. "sell" or "@sell": usage and summary of
// those of a group. "hold", "plan create", "plan": usage, summary, arguments and an example of
// each. kNotFound for another topic. Lines of text.
Result<Reply> help_reply(std::span<const std::string_view> topic);

// Verbs: containers count once.
std::size_t command_verbs();

// By name: summary, group, usage, arguments; of all commands if no names are given. Unknown names
// are left out.
Reply command_docs_reply(std::span<const std::string_view> names);

// Name, arity, flags, no keys; unknown names are nothing.
Reply command_info_reply(std::span<const std::string_view> names);

}  // namespace holdfast::engine
