#include "tests/wire/web/ticket_clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace holdfast::test {
namespace {

using nlohmann::json;

constexpr std::string_view kMask = "\x11\x22\x33\x44";
constexpr char kSeparator = '\x1e';

[[noreturn]] void complain(std::string_view what, std::string_view got) {
  throw std::runtime_error(fmt::format("{}: {}", what, got));
}

std::string size_of(std::size_t size) {
  if (size < 126) return {static_cast<char>(size)};
  std::string bytes = size < 65'536 ? "\x7e" : "\x7f";
  for (int shift = size < 65'536 ? 8 : 56; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(size >> shift & 0xff);
  }
  return bytes;
}

std::size_t number_of(std::string_view bytes) {
  std::size_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// ["name",argument] of 42[...]; nothing if it is another packet.
json argument_of(std::string_view packet, std::string_view name) {
  if (!packet.starts_with("42")) return json();
  const json event = json::parse(packet.substr(2));
  return event.at(0) == name ? event.at(1) : json();
}

}  // namespace

std::string event(std::string_view name, const json& argument) {
  return "42" + json::array({name, argument}).dump();
}

std::string bytes_of(const Frame& frame) {
  std::string bytes;
  bytes += static_cast<char>((frame.last ? 0x80 : 0) | frame.reserved << 4 | frame.opcode);
  std::string size = size_of(frame.payload.size());
  if (!frame.masked) return bytes + size + frame.payload;
  size[0] = static_cast<char>(size[0] | 0x80);
  bytes += size;
  bytes += kMask;
  for (std::size_t i = 0; i < frame.payload.size(); ++i) {
    bytes += static_cast<char>(frame.payload[i] ^ kMask[i % 4]);
  }
  return bytes;
}

// ---- polling ----------------------------------------------------------------------------------

PollingClient::PollingClient(std::uint16_t port) : polls_(port), posts_(port) {
  const auto open = polls_.get("/socket.io/?EIO=4&transport=polling&t=x");
  if (open.status != 200) complain("the handshake was refused", open.body);
  sid_ = json::parse(open.body.substr(1)).at("sid");
}

HttpResponse PollingClient::post(std::string_view payload) {
  return posts_.ask("POST", target(), payload, "Content-Type: text/plain;charset=UTF-8\r\n");
}

// One read brings both requests, and the first is answered when all that came has been looked at.
void PollingClient::hold_poll(std::string_view behind) {
  polls_.send(
      fmt::format("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET {} HTTP/1.1\r\nHost: a\r\n\r\n{}",
                  target(), behind));
  polls_.receive();
}

void PollingClient::connect() {
  post("40");
  if (const std::string answer = packet(); !answer.starts_with("40{")) complain("not 40", answer);
  event("seatsUpdate");
}

std::string PollingClient::packet() {
  while (packets_.empty()) {
    const auto response = poll();
    if (response.status != 200) complain("a poll was refused", response.body);
    for (std::size_t at = 0; at <= response.body.size();) {
      const std::size_t end = std::min(response.body.find(kSeparator, at), response.body.size());
      std::string next = response.body.substr(at, end - at);
      if (next != "2" && next != "6") packets_.push_back(std::move(next));
      at = end + 1;
    }
  }
  std::string first = std::move(packets_.front());
  packets_.pop_front();
  return first;
}

json PollingClient::event(std::string_view name) {
  json argument;
  while (argument.is_null()) argument = argument_of(packet(), name);
  return argument;
}

// ---- WebSocket --------------------------------------------------------------------------------

WebSocketClient::WebSocketClient(std::uint16_t port, std::string_view query) : client_(port) {
  client_.send(
      fmt::format("GET /socket.io/?EIO=4&transport=websocket{} HTTP/1.1\r\nHost: a\r\n"
                  "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                  "Sec-WebSocket-Version: 13\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                  query));
  head_ = client_.receive_head();
}

Frame WebSocketClient::receive() {
  const std::string head = client_.receive_bytes(2);
  Frame frame{.opcode = head[0] & 0x0f,
              .last = (head[0] & 0x80) != 0,
              .masked = (head[1] & 0x80) != 0,
              .reserved = head[0] >> 4 & 7};
  if (!frame.last || frame.masked || frame.reserved != 0) complain("an odd frame", head);
  std::size_t size = static_cast<unsigned char>(head[1]);
  if (size == 126) size = number_of(client_.receive_bytes(2));
  if (size == 127) size = number_of(client_.receive_bytes(8));
  frame.payload = client_.receive_bytes(size);
  return frame;
}

void WebSocketClient::connect() {
  if (const std::string open = packet(); !open.starts_with("0{")) complain("not 0", open);
  send("40");
  if (const std::string answer = packet(); !answer.starts_with("40{")) complain("not 40", answer);
  event("seatsUpdate");
}

json WebSocketClient::event(std::string_view name) {
  json argument;
  while (argument.is_null()) argument = argument_of(packet(), name);
  return argument;
}

int WebSocketClient::closed() {
  Frame frame = receive();
  while (frame.opcode != 8) frame = receive();
  if (!client_.receive_until_closed().empty()) complain("more behind a close", frame.payload);
  return static_cast<int>(number_of(std::string_view(frame.payload).substr(0, 2)));
}

}  // namespace holdfast::test
