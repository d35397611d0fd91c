// RoomsReply: what the hotel with room types answers, to the byte where old clients know it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::legacy {

// Status line, blank line, body: the old server sent no headers but for a listing.
std::string ok(std::string_view body);
std::string bad_request(std::string_view body);
std::string not_found(std::string_view body);
std::string server_error(std::string_view body);

struct RoomType {
  std::string name;
  std::int64_t rooms = 0;
  std::int64_t free = 0;
  std::int64_t price_minor = 0;  // a night
};
struct Room {
  std::string number = {};
  std::string type = {};
  bool taken = false;
  std::string occupant = {};
  std::string check_in = {};  // "2026-12-01"; empty when free
};

// "50", or "49.50" when it is no whole amount.
std::string amount(std::int64_t minor);

// {'single_bed': 10, ...}: no JSON, and old clients print it as it is.
std::string availability_reply(const std::vector<RoomType>& types);
// Types and costs, and every room: JSON, or a table for people.
std::string types_reply(const std::vector<RoomType>& types, std::string_view currency,
                        bool as_text);
std::string details_reply(const std::vector<Room>& rooms, bool as_text);

}  // namespace holdfast::net::legacy
