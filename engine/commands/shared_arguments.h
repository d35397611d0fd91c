// Arguments that rows of several groups share, each said once.

#pragma once

#include "engine/command.h"
#include "engine/limits.h"

namespace holdfast::engine {

inline constexpr ArgumentSpec kAccountName{.name = "name",
                                           .personal = true,
                                           .most = kMaxAccountBytes,
                                           .summary = "name of an account, case matters"};
inline constexpr ArgumentSpec kPassword{
    .name = "password", .secret = true, .most = kMaxPasswordBytes, .summary = "its password"};
inline constexpr ArgumentSpec kListCount{
    .name = "n",
    .type = ArgumentType::kNumber,
    .option = true,
    .summary = "how many at most, up to 1000; 100 if not given"};

inline constexpr ArgumentSpec kOfferingName{
    .name = "offering", .type = ArgumentType::kName, .summary = "name of an offering"};
inline constexpr ArgumentSpec kUnitLabels{.name = "unit",
                                          .type = ArgumentType::kUnit,
                                          .optional = true,
                                          .repeated = true,
                                          .summary = "labels of the units wanted"};
inline constexpr ArgumentSpec kUnitType{
    .name = "type", .type = ArgumentType::kName, .option = true, .summary = "type of the units"};
inline constexpr ArgumentSpec kUnitCount{.name = "n",
                                         .type = ArgumentType::kNumber,
                                         .option = true,
                                         .summary = "how many units, left to the engine to choose"};
inline constexpr ArgumentSpec kUnitsUpTo{.name = "upto",
                                         .type = ArgumentType::kNumber,
                                         .option = true,
                                         .summary = "so many units or what is left, at least one"};
inline constexpr ArgumentSpec kTogether{.name = "together",
                                        .type = ArgumentType::kFlag,
                                        .option = true,
                                        .summary = "only units beside each other"};
inline constexpr ArgumentSpec kLowest{.name = "lowest",
                                      .type = ArgumentType::kFlag,
                                      .option = true,
                                      .summary = "the lowest free units, wherever they are"};
inline constexpr ArgumentSpec kLegsSpan{
    .name = "legs", .type = ArgumentType::kSpan, .option = true, .summary = "stops, as BLR-MYS"};
inline constexpr ArgumentSpec kNightsSpan{.name = "nights",
                                          .type = ArgumentType::kSpan,
                                          .option = true,
                                          .summary =
                                              "dates of arrival and leaving, as "
                                              "2026-12-01..2026-12-03, or 2026-12-01.. for an "
                                              "open stay"};
inline constexpr ArgumentSpec kSlotsSpan{.name = "at",
                                         .type = ArgumentType::kSpan,
                                         .option = true,
                                         .summary = "start and end, as 2026-12-01T19:00/21:00"};
inline constexpr ArgumentSpec kLocatorWord{
    .name = "locator",
    .type = ArgumentType::kLocator,
    .summary = "six characters that name a reservation, eight in a very large store"};
inline constexpr ArgumentSpec kAfterLocator{.name = "after",
                                            .type = ArgumentType::kLocator,
                                            .option = true,
                                            .summary = "locator of the reservation to go on after"};
inline constexpr ArgumentSpec kAfterRows{.name = "after",
                                         .type = ArgumentType::kNumber,
                                         .option = true,
                                         .summary = "rows to pass over: so many have been listed"};

// One of these alone, as many commands have it.
inline constexpr ArgumentSpec kCredentials[] = {kAccountName, kPassword};
inline constexpr ArgumentSpec kOneOffering[] = {kOfferingName};
inline constexpr ArgumentSpec kOneReservation[] = {kLocatorWord};

}  // namespace holdfast::engine
