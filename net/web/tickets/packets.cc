#include "net/web/tickets/packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "net/web/json.h"

namespace holdfast::net::web::tickets {
namespace {

using nlohmann::json;

// Names that Socket.IO keeps for itself.
constexpr std::array kReservedEvents = std::to_array<std::string_view>(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::int64_t> whole_number(const json& value) {
  if (value.is_number_unsigned() || value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    const bool fits = !value.is_number_unsigned() || number >= 0;
    return fits ? std::optional(number) : std::nullopt;
  }
  if (!value.is_number_float()) return std::nullopt;
  const auto number = value.get<double>();
  constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53: what a number of JavaScript counts to
  if (std::floor(number) != number || std::abs(number) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

// Takes "/name" up to the comma behind it, which the end may stand for.
std::string take_name_space(std::string_view& text) {
  if (!text.starts_with('/')) return "/";
  const std::string_view name = text.substr(0, text.find(','));
  text.remove_prefix(std::min(name.size() + 1, text.size()));
  return std::string(name);
}

void take_id(std::string_view& text) {
  while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
}

void read_argument(const json& argument, SocketPacket& packet) {
  if (!argument.is_object()) return;
  if (const auto seat = argument.find("seatId"); seat != argument.end()) {
    packet.seat = whole_number(*seat);
  }
  if (const auto name = argument.find("username"); name != argument.end() && name->is_string()) {
    packet.username = name->get<std::string>();
  }
}

SocketPacket::Kind read_event(const json& data, SocketPacket& packet) {
  using Kind = SocketPacket::Kind;
  if (!data.is_array() || data.empty()) return Kind::kInvalid;
  if (data[0].is_number()) return Kind::kIgnored;
  if (!data[0].is_string()) return Kind::kInvalid;
  packet.event = data[0].get<std::string>();
  if (std::ranges::find(kReservedEvents, packet.event) != kReservedEvents.end()) {
    return Kind::kInvalid;
  }
  if (data.size() > 1) read_argument(data[1], packet);
  return Kind::kEvent;
}

// `data`: nothing when there is none.
SocketPacket::Kind read_data(char type, const std::optional<json>& data, SocketPacket& packet) {
  using Kind = SocketPacket::Kind;
  switch (type) {
    case '0':
      return !data || data->is_object() ? Kind::kConnect : Kind::kInvalid;
    case '1':
      return data ? Kind::kInvalid : Kind::kDisconnect;
    case '2':
      return data ? read_event(*data, packet) : Kind::kIgnored;
    case '3':
      return !data || data->is_array() ? Kind::kIgnored : Kind::kInvalid;
    default:  // an error is the server's to send
      return Kind::kInvalid;
  }
}

}  // namespace

std::optional<Packet> parse_packet(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return Packet{.type = static_cast<PacketType>(text.front() - '0'), .data = text.substr(1)};
}

std::vector<std::string_view> split_payload(std::string_view payload) {
  std::vector<std::string_view> packets;
  if (payload.empty()) return packets;
  while (true) {
    const std::size_t end = payload.find(kPacketSeparator);
    packets.push_back(payload.substr(0, end));
    if (end == payload.npos) return packets;
    payload.remove_prefix(end + 1);
  }
}

SocketPacket parse_socket_packet(std::string_view text) {
  SocketPacket packet;
  if (text.empty()) return packet;
  const char type = text.front();
  text.remove_prefix(1);
  packet.name_space = take_name_space(text);
  take_id(text);
  std::optional<json> data;
  if (!text.empty()) {
    data = json::parse(text, nullptr, false);
    if (data->is_discarded()) return packet;
  }
  packet.kind = read_data(type, data, packet);
  return packet;
}

std::string event_packet(std::string_view name, std::string_view argument) {
  return fmt::format("42[\"{}\",{}]", name, argument);
}

std::string message_json(std::string_view message) {
  std::string text = "{\"message\":";
  append_json(message, text);
  return text + '}';
}

}  // namespace holdfast::net::web::tickets
