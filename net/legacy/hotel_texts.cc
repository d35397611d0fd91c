#include "net/legacy/hotel_texts.h"

#include <fmt/format.h>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

using Kind = HotelRequest::Kind;

// `begin`, the rooms that fit, a full stop.
std::string with_rooms(std::string begin, const std::vector<std::string>& rooms) {
  constexpr std::string_view kMore = ", ...";
  std::string_view separator;
  for (const std::string& room : rooms) {
    if (begin.size() + separator.size() + room.size() + kMore.size() > kMaxMessageBytes) {
      return begin += kMore;
    }
    begin += separator;
    begin += room;
    separator = ", ";
  }
  return begin += '.';
}

}  // namespace

HotelRequest parse_hotel_request(std::string_view message) {
  if (!is_utf8(message)) return {};
  if (message == "query") return {.kind = Kind::kQuery};
  if (message == "checkout") return {.kind = Kind::kCheckout};
  if (message == "exit") return {.kind = Kind::kExit};
  if (!message.starts_with("book")) return {};
  const auto rooms = parse_int(last_field(message));
  if (!rooms) return {};
  return {.kind = Kind::kBook, .rooms = *rooms};
}

std::string rooms_booked(const std::vector<std::string>& rooms) {
  return with_rooms("Rooms booked successfully. Your room numbers are: ", rooms);
}

std::string rooms_released(const std::vector<std::string>& rooms) {
  return with_rooms("Rooms checked out successfully. Released room numbers are: ", rooms);
}

std::string rooms_of(std::string_view user, const std::vector<std::string>& rooms) {
  return with_rooms(fmt::format("Query result: Room numbers for {} are ", user), rooms);
}

std::string nothing_booked(std::string_view result, std::string_view user) {
  return fmt::format("{}: {} has not booked any rooms.", result, user);
}

}  // namespace holdfast::net::legacy
