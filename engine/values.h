// The nouns of the domain as types: ids, axes, spans, states. Enumerators with numbers are on disk:
// never reuse one.

#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "storage/clock.h"
#include "storage/status.h"
#include "storage/store.h"

namespace holdfast::engine {

using storage::Code;
using storage::Duration;
using storage::error;
using storage::PersonId;
using storage::Result;
using storage::Seq;
using storage::Status;
using storage::Time;
using storage::Transaction;

// A number that names one kind of thing only. 0 names nothing.
template <typename Tag, typename Number>
struct Id {
  Number value = 0;
  auto operator<=>(const Id&) const = default;
  explicit operator bool() const { return value != 0; }
};
using PlanId = Id<struct PlanTag, std::uint32_t>;
using OfferingId = Id<struct OfferingTag, std::uint32_t>;
using AccountId = Id<struct AccountTag, std::uint32_t>;
using ReservationId = Id<struct ReservationTag, std::uint64_t>;  // shown as a locator
using PaymentId = Id<struct PaymentTag, std::uint64_t>;

// A unit of a plan: its position in plan order, from 0.
struct Unit {
  std::uint32_t value = 0;
  auto operator<=>(const Unit&) const = default;
};

enum class Axis : std::uint8_t {
  kEvent = 1,   // one performance or departure, always [0,1)
  kLegs = 2,    // stop indexes
  kNights = 3,  // days since 1970-01-01, venue date
  kSlots = 4,   // minutes since 1970-01-01T00:00, venue wall time
};

// Half-open interval [from, to) on an offering's axis.
struct Span {
  std::int32_t from = 0;
  std::int32_t to = 0;
  auto operator<=>(const Span&) const = default;
  bool overlaps(const Span& other) const { return from < other.to && other.from < to; }
  std::int32_t length() const { return to - from; }
};

// `to` of an open stay: checked in now, leaves some day; check-out cuts it.
inline constexpr std::int32_t kOpenEnd = std::numeric_limits<std::int32_t>::max();
inline constexpr Span kEventSpan{0, 1};

enum class ReservationStatus : std::uint8_t {
  kHeld = 1,
  kConfirmed = 2,
  kCheckedIn = 3,
  kCompleted = 4,
  kCancelled = 5,
  kExpired = 6,
  kNoShow = 7,
};

// Only these occupy spans; every other status has given them back in the same commit.
constexpr bool is_live(ReservationStatus status) {
  return status == ReservationStatus::kHeld || status == ReservationStatus::kConfirmed ||
         status == ReservationStatus::kCheckedIn;
}

enum class PaymentStatus : std::uint8_t {
  kNone = 1,     // nothing owed, or nothing asked yet
  kPending = 2,  // owed (pay=later), or the provider is being asked
  kPaid = 3,
  kRefundDue = 4,  // more was paid than is owed
};

enum class PayRule : std::uint8_t { kFirst = 1, kLater = 2 };

// What a unit is over a span, as maps and changes show it.
enum class UnitState : std::uint8_t { kFree = 0, kHeld = 1, kBooked = 2, kBlocked = 3 };

enum class Role : std::uint8_t {
  kGuest = 0,  // not logged in
  kCustomer = 1,
  kAgent = 2,
  kManager = 3,
  kAdmin = 4,
};

// Integer minor units; the currency (ISO 4217) stands beside it.
struct Money {
  std::int64_t minor = 0;
  auto operator<=>(const Money&) const = default;
};

// The words on the wire: "held", "pending", "nights", "customer", ... and back.
std::string_view word(Axis axis);
std::string_view word(ReservationStatus status);
std::string_view word(PaymentStatus status);
std::string_view word(PayRule rule);
std::string_view word(UnitState state);
std::string_view word(Role role);
Result<Axis> parse_axis(std::string_view text);
Result<ReservationStatus> parse_reservation_status(std::string_view text);
Result<PayRule> parse_pay_rule(std::string_view text);
Result<Role> parse_role(std::string_view text);

}  // namespace holdfast::engine
