// Rows of the command table: selling.

#include <array>

#include "engine/commands/reservations_look.h"
#include "engine/commands/rows.h"
#include "engine/commands/sell.h"
#include "engine/commands/shared_arguments.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

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
constexpr ArgumentSpec kMove[] = {kLocatorWord,
                                  {.name = "item",
                                   .type = ArgumentType::kNumber,
                                   .option = true,
                                   .required = true,
                                   .summary = "number of the item, from 1"},
                                  {.name = "to",
                                   .type = ArgumentType::kUnit,
                                   .option = true,
                                   .summary = "label of another unit of the same offering"},
                                  kLegsSpan,
                                  kNightsSpan,
                                  kSlotsSpan};
constexpr ArgumentSpec kCheckOut[] = {kLocatorWord,
                                      {.name = "date",
                                       .type = ArgumentType::kDate,
                                       .option = true,
                                       .summary = "day of leaving, today if not given"}};

constexpr std::array kRows = std::to_array<CommandSpec>({
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
    {.name = "MOVE",
     .group = Group::kSell,
     .role = Role::kAgent,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .arguments = kMove,
     .summary = "Moves an item to another unit, another span, or both, within its offering",
     .note =
         "What is not named stays as it is, and so does the rate: the price follows the span. An "
         "item that is there already stays: already=1",
     .example = "MOVE H7QK2M item=1 to=202 nights=2027-05-14..2027-05-17",
     .handler = move_command},
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
     .note =
         "Nights until the day of leaving are billed, one at least. The units are free at once, "
         "for the nights of the bill too: whoever has left needs none",
     .handler = check_out_command},
    {.name = "REVIVE",
     .group = Group::kSell,
     .role = Role::kCustomer,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .arguments = kOneReservation,
     .summary = "Holds again what an expired hold was of, if all of it is still free",
     .note = "At the prices it had, and as long as a new hold lasts",
     .handler = revive_command},
    {.name = "NOSHOW",
     .group = Group::kSell,
     .role = Role::kAgent,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kOneReservation,
     .summary = "Ends a confirmed reservation to which nobody came, and gives its units back",
     .note = "From its first day on. What was paid is kept, and nothing more is owed",
     .handler = no_show_command},
});

}  // namespace

std::span<const CommandSpec> sell_rows() {
  return kRows;
}

}  // namespace holdfast::engine
