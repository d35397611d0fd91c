// Rows of the command table: the connection itself.

#include <array>

#include "engine/commands/clients.h"
#include "engine/commands/operations.h"
#include "engine/commands/rows.h"
#include "engine/commands/session.h"
#include "engine/commands/shared_arguments.h"
#include "engine/commands/token.h"
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
    {.name = "section",
     .optional = true,
     .summary = "server, store, engine, clients, commands, latency, errors, sales"}};

constexpr ArgumentSpec kTokenCreate[] = {{.name = "lasts",
                                          .type = ArgumentType::kDuration,
                                          .option = true,
                                          .summary = "how long it is good for, up to 30d; 12h if "
                                                     "not given"}};
constexpr ArgumentSpec kTokenWord[] = {
    {.name = "token", .secret = true, .most = 64, .summary = "as TOKEN CREATE gave it"}};

constexpr ArgumentSpec kClientList[] = {
    kListCount,
    {.name = "after",
     .type = ArgumentType::kNumber,
     .option = true,
     .summary = "number of the connection to go on after"},
};
constexpr ArgumentSpec kClientName[] = {
    {.name = "name", .most = kMaxNameBytes, .summary = "a name without blanks, or none: \"\""}};
constexpr ArgumentSpec kClientNumber[] = {
    {.name = "id", .type = ArgumentType::kNumber, .summary = "number of the connection"}};

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
     .flags = kRead | kAsync | kWhileDraining | kConnection,
     .arguments = kHello,
     .summary = "Tells who the server is and fixes protocol, login and shape of replies",
     .handler = hello},
    {.name = "AUTH",
     .flags = kRead | kAsync | kWhileDraining | kConnection,
     .arguments = kCredentials,
     .summary = "Logs in",
     .handler = auth},
    {.name = "TOKEN CREATE",
     .role = Role::kCustomer,
     .flags = kRead,
     .arguments = kTokenCreate,
     .summary = "Makes a token that stands for the password of this account",
     .note =
         "It lives in memory: a restart, PASSWD, USER PASSWD, USER DISABLE and PERSON ERASE end it",
     .handler = token_create},
    {.name = "TOKEN USE",
     .flags = kRead | kWhileDraining | kConnection,
     .arguments = kTokenWord,
     .summary = "Logs in by a token",
     .handler = token_use},
    {.name = "TOKEN DROP",
     .flags = kRead | kWhileDraining,
     .arguments = kTokenWord,
     .summary = "Ends a token",
     .handler = token_drop},
    {.name = "WHOAMI",
     .flags = kRead | kWhileDraining,
     .summary = "Tells the account and role of this connection",
     .handler = whoami},
    {.name = "RESET",
     .flags = kRead | kPushMode | kWhileDraining | kConnection,
     .summary = "Makes the connection as new: logged out, watching nothing",
     .handler = reset},
    {.name = "QUIT",
     .flags = kRead | kPushMode | kWhileDraining | kConnection,
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
     .flags = kRead | kWhileDraining | kConnection,
     .summary = "Tells the number of this connection",
     .handler = client_id},
    {.name = "CLIENT LIST",
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .arguments = kClientList,
     .summary = "Lists the open connections by number",
     .handler = client_list},
    {.name = "CLIENT SETNAME",
     .flags = kRead | kWhileDraining | kConnection,
     .arguments = kClientName,
     .summary = "Gives this connection a name, which CLIENT LIST shows",
     .handler = client_setname},
    {.name = "CLIENT KILL",
     .role = Role::kAdmin,
     .flags = kRead | kWhileDraining,
     .arguments = kClientNumber,
     .summary = "Closes a connection; one's own after the answer",
     .handler = client_kill},
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
