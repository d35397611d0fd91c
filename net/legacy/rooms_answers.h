// What the hotel with room types reads out of the engine's answers.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/reply.h"
#include "net/legacy/rooms_replies.h"

namespace holdfast::net::legacy {

// Of AVAIL.
std::vector<RoomType> room_types_of(const engine::Record& avail);

// The stay in `room` of `offering`; nothing when nobody is in. `rows`: a LIST of that room.
struct RoomStay {
  std::string locator = {};
  std::string guest = {};
  std::string check_in = {};
  bool open = false;      // it has no end
  std::size_t rooms = 0;  // that the reservation has
};
std::optional<RoomStay> stay_in(const engine::List& rows, std::string_view offering,
                                std::string_view room);

// The rooms that one page of a MAP shows, and which of them somebody has or will have.
std::vector<Room> rooms_of(const engine::Record& map);

}  // namespace holdfast::net::legacy
