// Rows of the command table: accounts.

#include <array>

#include "engine/commands/accounts.h"
#include "engine/commands/persons.h"
#include "engine/commands/rows.h"
#include "engine/commands/shared_arguments.h"
#include "engine/commands/users.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

constexpr ArgumentSpec kPasswords[] = {
    {.name = "old", .secret = true, .most = kMaxPasswordBytes, .summary = "the password as it is"},
    {.name = "new", .secret = true, .most = kMaxPasswordBytes, .summary = "the password to be"},
};
constexpr ArgumentSpec kUserList[] = {
    kListCount,
    {.name = "after",
     .option = true,
     .most = kMaxAccountBytes,
     .summary = "number of the account to go on after"},
};
constexpr ArgumentSpec kUserRole[] = {kAccountName,
                                      {.name = "role",
                                       .type = ArgumentType::kChoice,
                                       .choices = "customer|agent|manager|admin",
                                       .summary = "what it may do from now on"}};
constexpr ArgumentSpec kUserName[] = {kAccountName};
constexpr ArgumentSpec kUserAdd[] = {kAccountName,
                                     kPassword,
                                     {.name = "role",
                                      .type = ArgumentType::kChoice,
                                      .option = true,
                                      .choices = "customer|agent|manager|admin",
                                      .summary = "what it may do; customer if not given"}};
constexpr ArgumentSpec kPersonName{.name = "name",
                                   .optional = true,
                                   .personal = true,
                                   .most = kMaxAccountBytes,
                                   .summary = "name of an account, case matters"};
constexpr ArgumentSpec kPersonLocator{
    .name = "locator",
    .type = ArgumentType::kLocator,
    .option = true,
    .summary = "instead of a name: a reservation, whose guest may have no account"};
constexpr ArgumentSpec kPersonExport[] = {kPersonName, kPersonLocator, kListCount, kAfterLocator};
constexpr ArgumentSpec kPersonErase[] = {kPersonName, kPersonLocator};

constexpr std::array kRows = std::to_array<CommandSpec>({
    {.name = "REGISTER",
     .group = Group::kAccount,
     .flags = kWrite | kAsync,
     .arguments = kCredentials,
     .summary = "Creates an account and logs in",
     .handler = register_account},
    {.name = "PASSWD",
     .group = Group::kAccount,
     .role = Role::kCustomer,
     .flags = kWrite | kAsync,
     .arguments = kPasswords,
     .summary = "Changes the password of the account that is logged in",
     .handler = passwd},
    {.name = "USER LIST",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kRead,
     .arguments = kUserList,
     .summary = "Lists the accounts",
     .handler = user_list},
    {.name = "USER SHOW",
     .group = Group::kAccount,
     .role = Role::kAgent,
     .flags = kRead,
     .arguments = kUserName,
     .summary = "Shows an account",
     .handler = user_show},
    // Not kReplayable: the reply names another person than the one under whom it would be kept.
    // What these three do can be done twice.
    {.name = "USER ROLE",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kDryRun,
     .arguments = kUserRole,
     .summary = "Gives an account another role",
     .handler = user_role},
    {.name = "USER DISABLE",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kDryRun,
     .arguments = kUserName,
     .summary = "Locks an account out and logs its connections out",
     .handler = user_disable},
    {.name = "USER ENABLE",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kDryRun,
     .arguments = kUserName,
     .summary = "Lets a disabled account in again",
     .handler = user_enable},
    {.name = "USER ADD",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kAsync,
     .arguments = kUserAdd,
     .summary = "Creates an account for somebody else",
     .handler = user_add},
    {.name = "USER PASSWD",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kAsync,
     .arguments = kCredentials,
     .summary = "Sets the password of an account and logs its connections out",
     .handler = user_passwd},
    {.name = "PERSON EXPORT",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kRead,
     .arguments = kPersonExport,
     .summary = "Lists everything that is kept about a person: account and reservations",
     .handler = person_export},
    {.name = "PERSON ERASE",
     .group = Group::kAccount,
     .role = Role::kAdmin,
     .flags = kWrite | kDryRun,
     .arguments = kPersonErase,
     .summary = "Forgets a person: names and notes go, reservations and money stay",
     .note = "What the journal has of them stays sealed for ever: their keys are destroyed",
     .handler = person_erase},
});

}  // namespace

std::span<const CommandSpec> account_rows() {
  return kRows;
}

}  // namespace holdfast::engine
