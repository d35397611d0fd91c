// Packets: what Engine.IO 4 and Socket.IO 5 put into bytes. A payload is packets joined by byte
// 0x1e; a packet is a digit, its type, and data; a message packet has a packet of Socket.IO for
// data:
//
//   40        connect        42["lockSeat",{"seatId":4,"username":"ann"}]     an event
//   41        disconnect     42/other,12["name"]     of another namespace, with an id to be
//   answered
//
// Everything here is pure. Views are into the argument.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::web::tickets {

inline constexpr char kPacketSeparator = '\x1e';

enum class PacketType : std::uint8_t { kOpen, kClose, kPing, kPong, kMessage, kUpgrade, kNoop };

struct Packet {
  PacketType type;
  std::string_view data;
};
// Nothing for what is none: an empty one, an unknown type, base64 of binary data.
std::optional<Packet> parse_packet(std::string_view text);

// The packets of a payload; none of an empty one.
std::vector<std::string_view> split_payload(std::string_view payload);

// A packet of Socket.IO, as far as it matters here.
struct SocketPacket {
  enum class Kind : std::uint8_t {
    kConnect,
    kDisconnect,
    kEvent,
    kIgnored,  // well-formed, and nothing that anybody waits for: acknowledgements
    kInvalid,  // its sender does not speak the protocol: binary ones, which nobody sends, too
  };
  Kind kind = Kind::kInvalid;
  std::string name_space = "/";
  // Of an event: its name (a number has none), and of its first argument, if that is an object:
  std::string event = {};
  std::optional<std::int64_t> seat = {};     // seatId, if it is a whole number; 4.0 is 4
  std::optional<std::string> username = {};  // if it is a text
};
SocketPacket parse_socket_packet(std::string_view text);

// 42["name",argument]; `argument` is JSON.
std::string event_packet(std::string_view name, std::string_view argument);
// {"message":"..."}
std::string message_json(std::string_view message);

}  // namespace holdfast::net::web::tickets
