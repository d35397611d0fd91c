// What the hotel by count asks and says: single lines, to the byte.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::legacy {

struct HotelRequest {
  enum class Kind : std::uint8_t { kInvalid, kBook, kCheckout, kQuery, kExit };
  Kind kind = Kind::kInvalid;
  std::int64_t rooms = 0;  // of kBook
};

// Every message means something: what is no action is kInvalid.
HotelRequest parse_hotel_request(std::string_view message);

inline constexpr std::string_view kInvalidInput = "Invalid input.";
inline constexpr std::string_view kInvalidCount = "Please specify a valid number of rooms.";
inline constexpr std::string_view kNoRooms = "Sorry, no rooms are currently available.";
inline constexpr std::string_view kWrongUser = "Query result: Invalid username or password.";

// Room numbers in the order they were booked; no text is over kMaxMessageBytes, so what does not
// fit ends in "...".
std::string rooms_booked(const std::vector<std::string>& rooms);
std::string rooms_released(const std::vector<std::string>& rooms);
std::string rooms_of(std::string_view user, const std::vector<std::string>& rooms);
// "Query result" or "Checkout result".
std::string nothing_booked(std::string_view result, std::string_view user);

}  // namespace holdfast::net::legacy
