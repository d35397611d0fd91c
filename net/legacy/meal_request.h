// MealMessage, MealRequest: the framing of the old meal-time protocol, and what its messages ask.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/legacy/dates.h"

namespace holdfast::net::legacy {

// The header: the length of the payload in decimal digits, padded with blanks to so many bytes.
inline constexpr std::size_t kMealHeaderBytes = 64;
// The longest command has 26 bytes and a reservation some 70; this is plenty.
inline constexpr std::size_t kMaxMealPayloadBytes = std::size_t{64} * 1024;

// The message at the front of the input.
struct MealMessage {
  enum class State : std::uint8_t {
    kIncomplete,
    kWhole,
    kMalformed,  // no length, or one above the bound: where the next message starts is not known
  };
  State state = State::kIncomplete;
  std::string_view payload;
  std::size_t consumed = 0;
};
MealMessage first_meal_message(std::string_view input);

// `payload` with its header.
std::string meal_message(std::string_view payload);

enum class MealCommand : std::uint8_t {
  kNone,  // anything that is no command: passed over
  kReserve,
  kListAll,
  kListDay,
  kDisconnect,
};
MealCommand parse_meal_command(std::string_view payload);

// The JSON object {"date": "DD.MM.YYYY", "start_time": "HH:MM", "end_time": "HH:MM"}; other keys
// are passed over. Nothing when it is none, or when it asks for what does not exist.
std::optional<DaySlot> parse_meal_reservation(std::string_view payload);

// "DD.MM.YYYY", or "YYYY.MM.DD" as the old server stored it.
std::optional<Day> parse_meal_day(std::string_view payload);

}  // namespace holdfast::net::legacy
