// Every bound of the engine, each with its reason. Wire tests meet each of them.

#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/store.h"

namespace holdfast::engine {

inline constexpr std::size_t kMaxTokenBytes = 64;          // id=TOKEN; a UUID with room to spare
inline constexpr std::size_t kMaxGuestBytes = 128;         // guest=
inline constexpr std::size_t kMaxNoteBytes = 500;          // note=; with guest it fits one value
inline constexpr std::size_t kMaxPaymentTokenBytes = 512;  // token= of PAY; fits one value
inline constexpr std::size_t kMaxParts = 16;               // offerings joined by + in one command
inline constexpr std::size_t kMaxUnits = 200;              // units taken by one command
inline constexpr std::size_t kMaxItems = 200;              // items of one reservation
inline constexpr std::size_t kMaxNameBytes = 64;           // plan and offering names, types, stops
inline constexpr std::size_t kMaxLabelBytes = 32;          // unit labels
inline constexpr std::size_t kMaxAccountCodePoints = 64;
inline constexpr std::size_t kMaxAccountBytes = kMaxAccountCodePoints * 4;
inline constexpr std::size_t kMaxPasswordBytes = 256;  // bounds what the hash must read
inline constexpr std::size_t kMaxSections = 200;       // of one plan
inline constexpr std::uint32_t kMaxPlanUnits = 4'000'000;
inline constexpr std::uint32_t kMaxPerRow = 1000;     // a row of a map is one line
inline constexpr std::uint32_t kDefaultPerRow = 50;   // of units=: what fits a terminal's line
inline constexpr std::uint16_t kMaxPathBytes = 4095;  // Linux's own
inline constexpr std::size_t kMaxStops = 64;          // with names they fit one value
inline constexpr std::size_t kMaxPrices = 32;         // types with a price of their own
inline constexpr std::int64_t kMaxAmount = 1'000'000'000'000;  // minor units of one price
inline constexpr std::size_t kDefaultListing = 100;            // n= of listings
inline constexpr std::size_t kMaxListing = 1000;
// Reservations that one LIST looks at: some 50 ms of the loop, however few of them are asked for.
inline constexpr std::size_t kMaxListLooked = 5000;
// Payments that one FIND ref= looks at, the newest ones: some 20 ms of the loop.
inline constexpr std::size_t kMaxPaymentsLooked = 20'000;
inline constexpr std::size_t kMinReference = 4;  // letters of ref=: of a locator two may be missing
inline constexpr std::size_t kMaxReferenceBytes = 128;  // of ref=: a provider's transaction id
inline constexpr std::size_t kMaxWatched = 256;         // offerings one session watches
inline constexpr std::size_t kMaxExpiriesPerTurn = 256;
// Items that one batch of expiries gives back before it ends: at about 100 bytes of journal each
// far below what one record may hold, and a few milliseconds of the loop.
inline constexpr std::size_t kMaxExpiredItems = 2000;
inline constexpr std::int64_t kIdempotencyHours = 24;
inline constexpr std::int64_t kDefaultHoldSeconds = 600;
inline constexpr std::int64_t kDefaultHoldCapSeconds = 3600;
inline constexpr std::int64_t kMaxHoldSeconds = 366LL * 86400;  // "staff may set days"
inline constexpr std::uint16_t kMaxPartySize = 10'000;

// The total of a reservation cannot overflow: units x quanta x price stays in 63 bits because the
// pricing checks each product; the sum of kMaxItems amounts of 2^53 does.
inline constexpr std::int64_t kMaxTotal = std::int64_t{1} << 53;
static_assert(kMaxItems * static_cast<std::uint64_t>(kMaxTotal) <
              static_cast<std::uint64_t>(INT64_MAX));
static_assert(kMaxGuestBytes + kMaxNoteBytes + 64 <= storage::kMaxValueBytes);
static_assert(kMaxAccountBytes + 16 <= storage::kMaxKeyBytes);
static_assert(kMaxUnits <= kMaxItems);

}  // namespace holdfast::engine
