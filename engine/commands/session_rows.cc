// Rows of the command table: the connection itself.

#include <array>

#include "engine/commands/operations.h"
#include "engine/commands/rows.h"
#include "engine/commands/session.h"
#include "engine/commands/shared_arguments.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

constexpr ArgumentSpec kPing[] = {{.name = "text", .optional = true, .summary = "sent back"}};
constexpr ArgumentSpec kEcho[] = {{.name = "text", .summary = "sent back"}};
// Told apart by HELLO itself: each clause may stand alone.
constexpr ArgumentSpec kHello[] = {
    {.name = "2|3", .optional = true, .summary = "version of the Redis protocol to reply in"},
    {.name = "clause",
     .optional = true,
     .repeated = true,
     .secret = true,
     .most = kMaxAccountBytes,
     .summary = "AUTH name password, FORMAT fields|lines"},
};
constexpr ArgumentSpec kHelp[] = {{.name = "topic",
                                   .optional = true,
                                   .repeated = true,
                                   .summary = "a command, or a group as sell"}};
constexpr ArgumentSpec kCommandNames[] = {
    {.name = "command", .optional = true, .repeated = true, .summary = "names of commands"}};
constexpr ArgumentSpec kInfo[] = {
    {.name = "section", .optional = true, .summary = "server, store, engine, clients, commands"}};

constexpr std::array kRows = std::to_array<CommandSpec>({
    {.name = "PING",
     .flags = kRead | kPushMode | kWhileDraining,
     .arguments = kPing,
     .summary = "Answers PONG, or the text",
     .handler = ping},
    {.name = "ECHO",
     .flags = kRead | kWhileDraining,
     .arguments = kEcho,
     .summary = "Answers the text",
     .handler = echo},
    {.name = "HELLO",
     .flags = kRead | kAsync | kWhileDraining,
     .arguments = kHello,
     .summary = "Tells who the server is and fixes protocol, login and shape of replies",
     .handler = hello},
    {.name = "AUTH",
     .flags = kRead | kAsync | kWhileDraining,
     .arguments = kCredentials,
     .summary = "Logs in",
     .handler = auth},
    {.name = "WHOAMI",
     .flags = kRead | kWhileDraining,
     .summary = "Tells the account and role of this connection",
     .handler = whoami},
    {.name = "RESET",
     .flags = kRead | kPushMode | kWhileDraining,
     .summary = "Makes the connection as new: logged out, watching nothing",
     .handler = reset},
    {.name = "QUIT",
     .flags = kRead | kPushMode | kWhileDraining,
     .summary = "Closes the connection after the reply",
     .handler = quit},
    {.name = "TIME",
     .flags = kRead | kWhileDraining,
     .summary = "Tells the time that commands carry",
     .handler = show_time},
    {.name = "HELP",
     .flags = kRead | kWhileDraining,
     .arguments = kHelp,
     .summary = "Lists the commands, or explains one",
     .handler = help},
    {.name = "COMMAND",
     .flags = kRead | kWhileDraining,
     .summary = "Lists all commands for client libraries",
     .handler = command_info},
    {.name = "COMMAND COUNT",
     .flags = kRead | kWhileDraining,
     .summary = "Counts the commands",
     .handler = command_count},
    {.name = "COMMAND DOCS",
     .flags = kRead | kWhileDraining,
     .arguments = kCommandNames,
     .summary = "Documents commands for client programs",
     .handler = command_docs},
    {.name = "COMMAND INFO",
     .flags = kRead | kWhileDraining,
     .arguments = kCommandNames,
     .summary = "Lists some commands for client libraries",
     .handler = command_info},
    {.name = "CLIENT ID",
     .flags = kRead | kWhileDraining,
     .summary = "Tells the number of this connection",
     .handler = client_id},
    {.name = "INFO",
     .flags = kRead | kWhileDraining,
     .arguments = kInfo,
     .summary = "Shows figures of the server",
     .handler = info},
});

}  // namespace

std::span<const CommandSpec> session_rows() {
  return kRows;
}

}  // namespace holdfast::engine
