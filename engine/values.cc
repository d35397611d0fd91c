#include "engine/values.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace holdfast::engine {

namespace {

template <typename Enum>
using Word = std::pair<Enum, std::string_view>;

constexpr std::array<Word<Axis>, 4> kAxes{{
    {Axis::kEvent, "event"},
    {Axis::kLegs, "legs"},
    {Axis::kNights, "nights"},
    {Axis::kSlots, "slots"},
}};
constexpr std::array<Word<ReservationStatus>, 7> kStatuses{{
    {ReservationStatus::kHeld, "held"},
    {ReservationStatus::kConfirmed, "confirmed"},
    {ReservationStatus::kCheckedIn, "checked_in"},
    {ReservationStatus::kCompleted, "completed"},
    {ReservationStatus::kCancelled, "cancelled"},
    {ReservationStatus::kExpired, "expired"},
    {ReservationStatus::kNoShow, "no_show"},
}};
constexpr std::array<Word<PaymentStatus>, 4> kPaymentStatuses{{
    {PaymentStatus::kNone, "none"},
    {PaymentStatus::kPending, "pending"},
    {PaymentStatus::kPaid, "paid"},
    {PaymentStatus::kRefundDue, "refund_due"},
}};
constexpr std::array<Word<PayRule>, 2> kPayRules{{
    {PayRule::kFirst, "first"},
    {PayRule::kLater, "later"},
}};
constexpr std::array<Word<UnitState>, 4> kUnitStates{{
    {UnitState::kFree, "free"},
    {UnitState::kHeld, "held"},
    {UnitState::kBooked, "booked"},
    {UnitState::kBlocked, "blocked"},
}};
constexpr std::array<Word<Role>, 5> kRoles{{
    {Role::kGuest, "guest"},
    {Role::kCustomer, "customer"},
    {Role::kAgent, "agent"},
    {Role::kManager, "manager"},
    {Role::kAdmin, "admin"},
}};

// A stored number that is no enumerator is shown, not trusted: rows come from a disk.
template <typename Enum, std::size_t size>
std::string_view find_word(const std::array<Word<Enum>, size>& words, Enum value) {
  for (const auto& [known, text] : words) {
    if (known == value) return text;
  }
  return "unknown";
}

template <typename Enum, std::size_t size>
Result<Enum> find_value(const std::array<Word<Enum>, size>& words, std::string_view what,
                        std::string_view text) {
  std::string known;
  for (const auto& [value, word] : words) {
    if (word == text) return value;
    if (!known.empty()) known += ", ";
    known += word;
  }
  return error(Code::kBadValue,
               fmt::format("{} \"{}\" is none of {}", what, text.substr(0, 64), known));
}

}  // namespace

std::string_view word(Axis axis) {
  return find_word(kAxes, axis);
}
std::string_view word(ReservationStatus status) {
  return find_word(kStatuses, status);
}
std::string_view word(PaymentStatus status) {
  return find_word(kPaymentStatuses, status);
}
std::string_view word(PayRule rule) {
  return find_word(kPayRules, rule);
}
std::string_view word(UnitState state) {
  return find_word(kUnitStates, state);
}
std::string_view word(Role role) {
  return find_word(kRoles, role);
}

Result<Axis> parse_axis(std::string_view text) {
  return find_value(kAxes, "axis", text);
}
Result<ReservationStatus> parse_reservation_status(std::string_view text) {
  return find_value(kStatuses, "status", text);
}
Result<PayRule> parse_pay_rule(std::string_view text) {
  return find_value(kPayRules, "pay", text);
}
Result<Role> parse_role(std::string_view text) {
  return find_value(kRoles, "role", text);
}

}  // namespace holdfast::engine
