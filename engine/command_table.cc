// The rows of the command table. Data only: look-up and usage are in command_lookup.cc.
//
// To add a command: its arguments (below, once), its row in the array of its group, and its handler
// in commands/<group>.cc. Nothing else knows the commands by name.

#include "engine/command_table.h"

#include <array>

#include "engine/commands/accounts.h"
#include "engine/commands/live.h"
#include "engine/commands/look.h"
#include "engine/commands/operations.h"
#include "engine/commands/reservations_look.h"
#include "engine/commands/sell.h"
#include "engine/commands/session.h"
#include "engine/commands/stock.h"
#include "engine/commands/token.h"
#include "engine/limits.h"

namespace holdfast::engine {
namespace {

// ---- arguments that several rows share ----

constexpr ArgumentSpec kAccountName{.name = "name",
                                    .personal = true,
                                    .most = kMaxAccountBytes,
                                    .summary = "name of an account, case matters"};
constexpr ArgumentSpec kPassword{
    .name = "password", .secret = true, .most = kMaxPasswordBytes, .summary = "its password"};
constexpr ArgumentSpec kListCount{.name = "n",
                                  .type = ArgumentType::kNumber,
                                  .option = true,
                                  .summary = "how many at most, up to 1000; 100 if not given"};

constexpr ArgumentSpec kOfferingName{
    .name = "offering", .type = ArgumentType::kName, .summary = "name of an offering"};
constexpr ArgumentSpec kUnitLabels{.name = "unit",
                                   .type = ArgumentType::kUnit,
                                   .optional = true,
                                   .repeated = true,
                                   .summary = "labels of the units wanted"};
constexpr ArgumentSpec kUnitType{
    .name = "type", .type = ArgumentType::kName, .option = true, .summary = "type of the units"};
constexpr ArgumentSpec kUnitCount{.name = "n",
                                  .type = ArgumentType::kNumber,
                                  .option = true,
                                  .summary = "how many units, left to the engine to choose"};
constexpr ArgumentSpec kUnitsUpTo{.name = "upto",
                                  .type = ArgumentType::kNumber,
                                  .option = true,
                                  .summary = "so many units or what is left, at least one"};
constexpr ArgumentSpec kTogether{.name = "together",
                                 .type = ArgumentType::kFlag,
                                 .option = true,
                                 .summary = "only units beside each other"};
constexpr ArgumentSpec kLowest{.name = "lowest",
                               .type = ArgumentType::kFlag,
                               .option = true,
                               .summary = "the lowest free units, wherever they are"};
constexpr ArgumentSpec kLegsSpan{
    .name = "legs", .type = ArgumentType::kSpan, .option = true, .summary = "stops, as BLR-MYS"};
constexpr ArgumentSpec kNightsSpan{.name = "nights",
                                   .type = ArgumentType::kSpan,
                                   .option = true,
                                   .summary =
                                       "dates of arrival and leaving, as "
                                       "2026-12-01..2026-12-03, or 2026-12-01.. for an "
                                       "open stay"};
constexpr ArgumentSpec kSlotsSpan{.name = "at",
                                  .type = ArgumentType::kSpan,
                                  .option = true,
                                  .summary = "start and end, as 2026-12-01T19:00/21:00"};
constexpr ArgumentSpec kLocatorWord{
    .name = "locator",
    .type = ArgumentType::kLocator,
    .summary = "six characters that name a reservation, eight in a very large store"};
constexpr ArgumentSpec kAfterLocator{.name = "after",
                                     .type = ArgumentType::kLocator,
                                     .option = true,
                                     .summary = "locator of the reservation to go on after"};

// ---- session ----

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
constexpr ArgumentSpec kAuth[] = {kAccountName, kPassword};
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

constexpr std::array kSession = std::to_array<CommandSpec>({
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
     .arguments = kAuth,
     .summary = "Logs in",
     .handler = auth},
    {.name = "TOKEN CREATE",
     .role = Role::kCustomer,
     .flags = kRead,
     .arguments = kTokenCreate,
     .summary = "Makes a token that stands for the password of this account",
     .note = "It lives in memory: a restart, PASSWD and USER DISABLE end it",
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
     .flags = kRead | kWhileDraining,
     .summary = "Tells the number of this connection",
     .handler = client_id},
    {.name = "INFO",
     .flags = kRead | kWhileDraining,
     .arguments = kInfo,
     .summary = "Shows figures of the server",
     .handler = info},
});

// ---- accounts ----

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

constexpr std::array kAccounts = std::to_array<CommandSpec>({
    {.name = "REGISTER",
     .group = Group::kAccount,
     .flags = kWrite | kAsync,
     .arguments = kAuth,
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
});

// ---- stock ----

constexpr ArgumentSpec kPlanName{
    .name = "plan", .type = ArgumentType::kName, .summary = "name of a plan"};
constexpr ArgumentSpec kAfterName{
    .name = "after", .type = ArgumentType::kName, .option = true, .summary = "name to go on after"};
constexpr ArgumentSpec kPlanCreate[] = {
    {.name = "plan",
     .type = ArgumentType::kName,
     .optional = true,
     .summary = "name of the plan, before its first section"},
    {.name = "units",
     .option = true,
     .most = storage::kMaxValueBytes,
     .summary = "labels of a section, as 1-40, T1-T12 or Garden,Terrace"},
    {.name = "per_row", .type = ArgumentType::kNumber, .option = true, .summary = "units in a row"},
    {.name = "rows",
     .option = true,
     .most = kMaxNameBytes,
     .summary = "lettered rows of a section, as A-F; with seats="},
    {.name = "seats",
     .option = true,
     .most = kMaxNameBytes,
     .summary = "numbers of the seats in each row, as 1-30"},
    {.name = "aisle",
     .option = true,
     .most = kMaxNoteBytes,
     .summary = "columns after which there is an aisle, as 10,20"},
    {.name = "type",
     .type = ArgumentType::kName,
     .option = true,
     .summary = "type of the section's units; seat if not given"},
    {.name = "capacity",
     .type = ArgumentType::kNumber,
     .option = true,
     .summary = "persons one unit seats; above 1 it bounds a customer's party="},
};
constexpr ArgumentSpec kPlanShow[] = {kPlanName};
constexpr ArgumentSpec kNamesList[] = {kListCount, kAfterName};

constexpr ArgumentSpec kBasePrice{
    .name = "price",
    .type = ArgumentType::kMoney,
    .option = true,
    .summary = "minor units (25.00 is 2500) a seat, leg, night or slot; 0 is free"};
constexpr ArgumentSpec kTypePrices{.name = "prices",
                                   .option = true,
                                   .most = storage::kMaxValueBytes,
                                   .summary = "by type, before price=, as stalls:8000,circle:6000"};
constexpr ArgumentSpec kPayWhen{
    .name = "pay",
    .type = ArgumentType::kChoice,
    .option = true,
    .choices = "first|later",
    .summary = "whether payment confirms, or may follow; later if not given"};
constexpr ArgumentSpec kHoldTime{.name = "hold",
                                 .type = ArgumentType::kDuration,
                                 .option = true,
                                 .summary = "how long a hold lasts; 10m if not given"};
constexpr ArgumentSpec kHoldCap{.name = "cap",
                                .type = ArgumentType::kDuration,
                                .option = true,
                                .summary = "how long a customer can make it last; 1h if not given"};
constexpr ArgumentSpec kDemandRule{
    .name = "demand",
    .option = true,
    .most = kMaxNameBytes,
    .summary = "2:5 for 5 % more for every client when more than 2 are active; or off"};
constexpr ArgumentSpec kOfferingCreate[] = {
    kOfferingName,
    {.name = "plan",
     .type = ArgumentType::kName,
     .option = true,
     .required = true,
     .summary = "its plan"},
    {.name = "axis",
     .type = ArgumentType::kChoice,
     .option = true,
     .required = true,
     .choices = "event|legs|nights|slots",
     .summary = "what it is sold by"},
    {.name = "currency",
     .type = ArgumentType::kName,
     .option = true,
     .required = true,
     .summary = "as USD"},
    kBasePrice,
    kTypePrices,
    kPayWhen,
    kHoldTime,
    kHoldCap,
    {.name = "zone",
     .option = true,
     .most = kMaxNameBytes,
     .summary = "time zone, as Europe/Madrid; UTC if not given"},
    {.name = "stops",
     .option = true,
     .most = storage::kMaxValueBytes,
     .summary = "stops in order, as BLR,MYS,OOT; axis legs"},
    {.name = "slot",
     .type = ArgumentType::kDuration,
     .option = true,
     .summary = "length of a slot, 30m if not given; axis slots"},
    {.name = "starts",
     .type = ArgumentType::kDateTime,
     .option = true,
     .summary =
         "when it begins, as 2027-05-14T20:00, and customers cannot buy any more; axis event"},
    kDemandRule,
};
constexpr ArgumentSpec kOfferingAlter[] = {kOfferingName, kBasePrice, kTypePrices, kPayWhen,
                                           kHoldTime,     kHoldCap,   kDemandRule};
constexpr ArgumentSpec kOneOffering[] = {kOfferingName};
constexpr ArgumentSpec kOfferingRoll[] = {kOfferingName,
                                          {.name = "date",
                                           .type = ArgumentType::kDate,
                                           .option = true,
                                           .summary = "the day of departure, today if not given"}};
constexpr ArgumentSpec kOfferingPurge[] = {
    kOfferingName,
    {.name = "before",
     .type = ArgumentType::kDate,
     .option = true,
     .summary = "what ended before this day, today if not given"}};

constexpr std::array kStock = std::to_array<CommandSpec>({
    {.name = "PLAN CREATE",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .parts = true,
     .arguments = kPlanCreate,
     .summary = "Creates a layout of units, section by section",
     .example = "PLAN CREATE hall rows=A-F seats=1-20 type=stalls aisle=10 + units=Box1,Box2 "
                "type=box capacity=4",
     .handler = plan_create},
    {.name = "PLAN SHOW",
     .group = Group::kStock,
     .flags = kRead | kWhileDraining,
     .arguments = kPlanShow,
     .summary = "Shows the sections of a plan",
     .handler = plan_show},
    {.name = "PLAN LIST",
     .group = Group::kStock,
     .flags = kRead | kWhileDraining,
     .arguments = kNamesList,
     .summary = "Lists the plans by name",
     .handler = plan_list},
    {.name = "OFFERING CREATE",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .arguments = kOfferingCreate,
     .summary = "Puts a plan on sale",
     .note = "It needs price=, or prices= for every type of the plan",
     .example =
         "OFFERING CREATE opera plan=hall axis=event currency=EUR prices=stalls:4500,box:9000 "
         "pay=first zone=Europe/Madrid starts=2027-05-14T20:00",
     .handler = offering_create},
    {.name = "OFFERING SHOW",
     .group = Group::kStock,
     .flags = kRead | kWhileDraining,
     .arguments = kOneOffering,
     .summary = "Shows an offering with its rules, its active clients and what they make it cost",
     .handler = offering_show},
    {.name = "OFFERING LIST",
     .group = Group::kStock,
     .flags = kRead | kWhileDraining,
     .arguments = kNamesList,
     .summary = "Lists the offerings by name",
     .handler = offering_list},
    {.name = "OFFERING ALTER",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOfferingAlter,
     .summary = "Changes prices and rules of an offering for what is sold from now on",
     .handler = offering_alter},
    {.name = "OFFERING OPEN",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneOffering,
     .summary = "Sells an offering again",
     .handler = offering_open},
    {.name = "OFFERING CLOSE",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneOffering,
     .summary = "Sells no more of an offering; what is sold stays",
     .handler = offering_close},
    {.name = "OFFERING ROLL",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .arguments = kOfferingRoll,
     .summary = "Puts the next departure on sale: the offering of one day, made from another",
     .handler = offering_roll},
    {.name = "OFFERING PURGE",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOfferingPurge,
     .summary = "Completes the reservations whose days are over, a batch of them",
     .handler = offering_purge},
    {.name = "OFFERING DROP",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneOffering,
     .summary = "Removes an offering of which nothing is held or booked",
     .handler = offering_drop},
});

// ---- look ----

constexpr ArgumentSpec kAvail[] = {
    kOfferingName,
    kUnitLabels,
    kUnitType,
    {.name = "n",
     .type = ArgumentType::kNumber,
     .option = true,
     .summary = "lists the first free units too, so many at most"},
    kLegsSpan,
    kNightsSpan,
    kSlotsSpan,
};
constexpr ArgumentSpec kMap[] = {
    kOfferingName,
    kLegsSpan,
    kNightsSpan,
    kSlotsSpan,
    {.name = "n",
     .type = ArgumentType::kNumber,
     .option = true,
     .summary = "how many rows at most, up to 1000; 100 if not given"},
    {.name = "after",
     .type = ArgumentType::kNumber,
     .option = true,
     .summary = "rows to pass over: next= of the reply before"},
};
constexpr ArgumentSpec kQuote[] = {
    kOfferingName,
    kUnitLabels,
    kUnitType,
    kUnitCount,
    kUnitsUpTo,
    kTogether,
    kLowest,
    kLegsSpan,
    kNightsSpan,
    kSlotsSpan,
    {.name = "price",
     .type = ArgumentType::kMoney,
     .option = true,
     .whole = true,
     .summary = "the total expected, in minor units"},
};
constexpr ArgumentSpec kOneReservation[] = {kLocatorWord};
constexpr ArgumentSpec kMine[] = {kListCount, kAfterLocator};
constexpr ArgumentSpec kList[] = {
    kOfferingName,
    {.name = "unit",
     .type = ArgumentType::kUnit,
     .option = true,
     .summary = "only what takes this unit, now or later; with status= what did"},
    kLegsSpan,
    kNightsSpan,
    kSlotsSpan,
    {.name = "status",
     .type = ArgumentType::kChoice,
     .option = true,
     .choices = "held|confirmed|checked_in|completed|cancelled|expired|no_show",
     .summary = "only reservations of this status"},
    kListCount,
    kAfterLocator,
};

constexpr std::array kLook = std::to_array<CommandSpec>({
    {.name = "AVAIL",
     .group = Group::kLook,
     .flags = kRead | kWhileDraining,
     .arguments = kAvail,
     .summary = "Counts the free units of an offering by type, or tells how some units are",
     .handler = avail_command},
    {.name = "MAP",
     .group = Group::kLook,
     .flags = kRead | kWhileDraining,
     .arguments = kMap,
     .summary = "Shows an offering row by row: . free, H held, B booked, X blocked, | aisle",
     .handler = map_command},
    {.name = "QUOTE",
     .group = Group::kLook,
     .flags = kRead | kWhileDraining,
     .parts = true,
     .arguments = kQuote,
     .summary = "Tells what HOLD would take and its price, taking nothing",
     .example = "QUOTE gala type=stalls n=2 together + grand 201 nights=2027-05-14..2027-05-16",
     .handler = quote_command},
    {.name = "SHOW",
     .group = Group::kLook,
     .role = Role::kCustomer,
     .flags = kRead | kWhileDraining,
     .arguments = kOneReservation,
     .summary = "Shows a reservation",
     .handler = show_command},
    {.name = "MINE",
     .group = Group::kLook,
     .role = Role::kCustomer,
     .flags = kRead | kWhileDraining,
     .arguments = kMine,
     .summary = "Lists the reservations of the account that is logged in, newest first",
     .handler = mine_command},
    {.name = "LIST",
     .group = Group::kLook,
     .role = Role::kAgent,
     .flags = kRead | kWhileDraining,
     .arguments = kList,
     .summary = "Lists the reservations of an offering, oldest first",
     .handler = list_command},
});

// ---- sell ----

constexpr ArgumentSpec kDryRunCommand[] = {
    {.name = "command", .repeated = true, .summary = "a command that writes"}};

constexpr ArgumentSpec kHoldTtl{.name = "ttl",
                                .type = ArgumentType::kDuration,
                                .option = true,
                                .whole = true,
                                .summary = "how long to hold"};
constexpr ArgumentSpec kGuest{.name = "guest",
                              .option = true,
                              .personal = true,
                              .whole = true,
                              .most = kMaxGuestBytes,
                              .summary = "whom it is for"};
constexpr ArgumentSpec kPartySize{.name = "party",
                                  .type = ArgumentType::kNumber,
                                  .option = true,
                                  .whole = true,
                                  .summary = "how many persons"};
constexpr ArgumentSpec kExpectedPrice{.name = "price",
                                      .type = ArgumentType::kMoney,
                                      .option = true,
                                      .whole = true,
                                      .summary = "the total expected, in minor units"};
constexpr ArgumentSpec kNote{.name = "note",
                             .option = true,
                             .personal = true,
                             .whole = true,
                             .most = kMaxNoteBytes,
                             .summary = "anything worth remembering"};
constexpr ArgumentSpec kHold[] = {kOfferingName, kUnitLabels, kUnitType, kUnitCount,     kUnitsUpTo,
                                  kTogether,     kLowest,     kLegsSpan, kNightsSpan,    kSlotsSpan,
                                  kGuest,        kPartySize,  kHoldTtl,  kExpectedPrice, kNote};
constexpr ArgumentSpec kCheckInToo{.name = "checkin",
                                   .type = ArgumentType::kFlag,
                                   .option = true,
                                   .whole = true,
                                   .summary = "begins the stay at once"};
constexpr ArgumentSpec kBook[] = {kOfferingName,  kUnitLabels, kUnitType,  kUnitCount,
                                  kUnitsUpTo,     kTogether,   kLowest,    kLegsSpan,
                                  kNightsSpan,    kSlotsSpan,  kGuest,     kPartySize,
                                  kExpectedPrice, kNote,       kCheckInToo};
constexpr ArgumentSpec kExtend[] = {
    kLocatorWord,
    {.name = "ttl", .type = ArgumentType::kDuration, .summary = "how long from now, as 10m"}};
constexpr ArgumentSpec kPay[] = {kLocatorWord,
                                 {.name = "token",
                                  .option = true,
                                  .secret = true,
                                  .most = kMaxPaymentTokenBytes,
                                  .summary = "what the payment provider needs from the payer"}};
constexpr ArgumentSpec kCancel[] = {kLocatorWord,
                                    {.name = "items",
                                     .option = true,
                                     .most = kMaxItems * 4,
                                     .summary = "numbers of items, as 1,3; none: all"}};
constexpr ArgumentSpec kCheckOut[] = {kLocatorWord,
                                      {.name = "date",
                                       .type = ArgumentType::kDate,
                                       .option = true,
                                       .summary = "day of leaving, today if not given"}};

constexpr std::array kSell = std::to_array<CommandSpec>({
    {.name = "DRYRUN",
     .group = Group::kSell,
     .flags = kRead | kPrefix,
     .arguments = kDryRunCommand,
     .summary = "Runs all checks of a command and answers what would happen, changing nothing"},
    {.name = "HOLD",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .parts = true,
     .arguments = kHold,
     .summary = "Holds units for a while, all of them or none",
     .example =
         "HOLD gala F11 F12 + grand type=double_bed n=1 nights=2027-05-14..2027-05-16 ttl=10m",
     .handler = hold_command},
    {.name = "BOOK",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .parts = true,
     .arguments = kBook,
     .summary = "Holds and confirms in one step, with checkin begins the stay as well",
     .example = "BOOK express 12 legs=BLR-MYS + mealtime Garden at=2027-05-14T19:00/21:00",
     .handler = book_command},
    {.name = "EXTEND",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kExtend,
     .summary = "Makes a hold last longer",
     .note = "A hold that lasts as long already stays as it is: already=1",
     .handler = extend_command},
    {.name = "RELEASE",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneReservation,
     .summary = "Gives a hold back",
     .handler = release_command},
    {.name = "PAY",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kAsync | kDryRun | kReplayable,
     .arguments = kPay,
     .summary = "Pays what is due, which confirms a hold",
     .note = "A hold that has expired is taken up again if its units are still free",
     .handler = pay_command},
    {.name = "CONFIRM",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneReservation,
     .summary = "Confirms a hold that is paid later",
     .handler = confirm_command},
    {.name = "CANCEL",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kCancel,
     .summary = "Cancels a reservation, or some of its items",
     .handler = cancel_command},
    {.name = "TICKET",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kRead | kWhileDraining,
     .arguments = kOneReservation,
     .summary = "Issues the ticket of a reservation that is confirmed, checked in or completed",
     .handler = ticket_command},
    {.name = "CHECKIN",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneReservation,
     .summary = "Begins the stay of a confirmed reservation",
     .handler = check_in_command},
    {.name = "CHECKOUT",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kCheckOut,
     .summary = "Ends a stay and makes the bill",
     .handler = check_out_command},
});

// ---- live ----

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

constexpr std::array kLive = std::to_array<CommandSpec>({
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

// ---- all of them ----

template <std::size_t... sizes>
constexpr auto joined(const std::array<CommandSpec, sizes>&... groups) {
  std::array<CommandSpec, (sizes + ...)> all{};
  auto at = all.begin();
  ((at = std::copy(groups.begin(), groups.end(), at)), ...);
  return all;
}

constexpr auto kTable = joined(kSession, kAccounts, kStock, kLook, kSell, kLive);

}  // namespace

std::span<const CommandSpec> command_table() {
  return kTable;
}

}  // namespace holdfast::engine
