// Rows of the command table: stock: plans and offerings.

#include <array>

#include "engine/commands/blocks.h"
#include "engine/commands/rows.h"
#include "engine/commands/shared_arguments.h"
#include "engine/commands/stock.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

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
constexpr ArgumentSpec kPayWhen{.name = "pay",
                                .type = ArgumentType::kChoice,
                                .option = true,
                                .choices = "first|later",
                                .summary = "whether payment confirms, or may follow"};
constexpr ArgumentSpec kHoldTime{.name = "hold",
                                 .type = ArgumentType::kDuration,
                                 .option = true,
                                 .summary = "how long a hold lasts"};
constexpr ArgumentSpec kHoldCap{.name = "cap",
                                .type = ArgumentType::kDuration,
                                .option = true,
                                .summary = "how long a customer can make it last"};
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

constexpr ArgumentSpec kBlockedUnits{.name = "unit",
                                     .type = ArgumentType::kUnit,
                                     .repeated = true,
                                     .summary = "labels of the units"};
constexpr ArgumentSpec kBlock[] = {kOfferingName,
                                   kBlockedUnits,
                                   kLegsSpan,
                                   kNightsSpan,
                                   kSlotsSpan,
                                   {.name = "reason",
                                    .option = true,
                                    .required = true,
                                    .most = kMaxNoteBytes,
                                    .summary = "why, for those who sell"}};
constexpr ArgumentSpec kUnblock[] = {kOfferingName, kBlockedUnits, kLegsSpan, kNightsSpan,
                                     kSlotsSpan};
constexpr ArgumentSpec kBlockList[] = {kOfferingName, kListCount, kAfterRows};

constexpr std::array kRows = std::to_array<CommandSpec>({
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
     .note =
         "It needs price=, or prices= for every type of the plan. Not given, pay is later, hold "
         "10m and cap 1h",
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
     .note =
         "What is not given stays as it is, and so do the prices of types that prices= does not "
         "name",
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
     .note = "It is sold until the time of day that the other's starts= names; without starts= it "
             "stays on sale until it is closed or dropped",
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
    {.name = "BLOCK",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kTakesStock | kDryRun | kReplayable,
     .arguments = kBlock,
     .summary = "Takes units out of sale for a span, all of them or none",
     .note = "Nothing of them may be held or booked then, nor blocked in part",
     .example = "BLOCK grand 201 202 nights=2027-05-14..2027-05-20 reason=\"new carpet\"",
     .handler = block_command},
    {.name = "BLOCK LIST",
     .group = Group::kStock,
     .role = Role::kAgent,
     .flags = kRead | kWhileDraining,
     .arguments = kBlockList,
     .summary = "Lists what is out of sale of an offering, by unit",
     .handler = block_list_command},
    {.name = "UNBLOCK",
     .group = Group::kStock,
     .role = Role::kManager,
     .flags = kWrite | kDryRun | kReplayable,
     .arguments = kUnblock,
     .summary = "Sells units again: lifts the blocks that lie within a span",
     .note = "What is not blocked stays as it is: already=1",
     .handler = unblock_command},
});

}  // namespace

std::span<const CommandSpec> stock_rows() {
  return kRows;
}

}  // namespace holdfast::engine
