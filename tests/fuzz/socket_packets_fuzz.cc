// Payloads of Engine.IO and packets of Socket.IO from anybody: whatever comes, its parts are what
// was there, and what is read of an event is read again when it is written.

#include <cstdint>
#include <string>
#include <string_view>

#include "net/web/tickets/packets.h"
#include "storage/check.h"

using namespace holdfast::net::web::tickets;

namespace {

void check_socket_packet(std::string_view text) {
  using Kind = SocketPacket::Kind;
  const SocketPacket packet = parse_socket_packet(text);
  CHECK(packet.name_space.starts_with('/'), "{}", text);
  CHECK(packet.name_space.find(',') == std::string::npos, "{}", text);
  if (packet.kind != Kind::kEvent) return;
  CHECK(text.starts_with('2'), "{}", text);
  // An acknowledgement is not asked for, an argument that is none is none.
  std::string argument = "{\"username\":";
  argument += packet.username ? message_json(*packet.username).substr(11) : "null}";
  const SocketPacket again =
      parse_socket_packet(std::string_view(event_packet("lockSeat", argument)).substr(1));
  CHECK(again.kind == Kind::kEvent && again.username == packet.username, "{}", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string payload(reinterpret_cast<const char*>(data), size);
  std::string joined;
  for (const std::string_view text : split_payload(payload)) {
    if (text.data() != payload.data()) joined += kPacketSeparator;
    joined += text;
    const auto packet = parse_packet(text);
    CHECK(!packet || packet->data == text.substr(1));
    if (packet && packet->type == PacketType::kMessage) check_socket_packet(packet->data);
  }
  CHECK(joined == payload);
  return 0;
}
