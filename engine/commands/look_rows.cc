// Rows of the command table: looking, at stock and at reservations.

#include <array>

#include "engine/commands/find.h"
#include "engine/commands/look.h"
#include "engine/commands/reservations_look.h"
#include "engine/commands/rows.h"
#include "engine/commands/shared_arguments.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

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

constexpr ArgumentSpec kFind[] = {
    {.name = "guest",
     .option = true,
     .personal = true,
     .most = kMaxGuestBytes,
     .summary = "how the name of the guest begins; case does not matter"},
    {.name = "account",
     .option = true,
     .personal = true,
     .most = kMaxAccountBytes,
     .summary = "how the name of the account begins"},
    {.name = "ref",
     .option = true,
     .most = kMaxReferenceBytes,
     .summary = "a locator or how it begins, 4 letters at least; or a transaction id"},
    kListCount,
    kAfterLocator,
};
constexpr ArgumentSpec kHistory[] = {kLocatorWord, kListCount, kAfterRows};
constexpr ArgumentSpec kWhy[] = {
    kOfferingName, {.name = "unit", .type = ArgumentType::kUnit, .summary = "label of the unit"},
    kLegsSpan,     kNightsSpan,
    kSlotsSpan,
};

constexpr std::array kRows = std::to_array<CommandSpec>({
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
    {.name = "FIND",
     .group = Group::kLook,
     .role = Role::kAgent,
     .flags = kRead | kWhileDraining,
     .arguments = kFind,
     .summary = "Finds reservations by guest, account, locator or transaction; all given must fit",
     .note = "In the order of the names; transactions are looked for among the newest payments",
     .handler = find_reservations_command},
    {.name = "HISTORY",
     .group = Group::kLook,
     .role = Role::kCustomer,
     .flags = kRead | kWhileDraining,
     .arguments = kHistory,
     .summary = "Tells what happened to a reservation, oldest first",
     .handler = history_command},
    {.name = "WHY",
     .group = Group::kLook,
     .flags = kRead | kWhileDraining,
     .arguments = kWhy,
     .summary = "Tells why a unit is not free: what takes it, for which span and how long",
     .handler = why_command},
});

}  // namespace

std::span<const CommandSpec> look_rows() {
  return kRows;
}

}  // namespace holdfast::engine
