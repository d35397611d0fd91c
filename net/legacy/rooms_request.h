// RoomsRequest: what a client of the old hotel server sent, and what it asks for.
//
// It looks like HTTP and is read as the old server did: the first line has three words, and the
// body is what stands behind the last CRLF. Content-Length counts characters, not bytes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/legacy/dates.h"

namespace holdfast::net::legacy {

// How much of a request is here.
enum class Arrived : std::uint8_t {
  kAll,
  kHead,    // no blank line yet: there may be more to come, or it was all
  kNearly,  // as many bytes as announced, but not as many characters: likewise
  kPart,    // less than announced by either count: the body is lost if the rest does not come
};
Arrived how_much_arrived(std::string_view input);

struct RoomsRequest {
  enum class Kind : std::uint8_t {
    kMalformed,  // no three words in the first line, or no UTF-8
    kBadMethod,  // neither GET nor POST
    kUnknown,    // no such path
    kAvailability,
    kRooms,
    kDetails,
    kBook,
    kBadBook,  // not three fields
    kCheckOut,
    kBadCheckOut,  // not two fields, or a room that is no whole number
  };
  Kind kind = Kind::kMalformed;
  bool as_text = false;  // "Accept: text/plain"
  std::string name = {};
  std::string type = {};
  std::int64_t room = 0;
  std::optional<Day> day = {};  // nothing: no date
};
RoomsRequest parse_rooms_request(std::string_view input);

}  // namespace holdfast::net::legacy
