// The old ticket system over a whole engine: a page over a WebSocket says whatever it likes, in
// packets between bytes 0x1e; see Dialogue::let_time_pass. What it is told is well-formed, the
// seats it is shown are those of the engine, and whoever speaks no Socket.IO is let go.

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "net/web/http.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

using holdfast::test::Dialogue;
using holdfast::test::take_until;
using nlohmann::json;

namespace {

constexpr std::size_t kSeats = 4;
constexpr std::string_view kUpgrade =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

// A text frame whose mask changes nothing.
std::string frame_of(std::string_view packet) {
  std::string frame = "\x81";
  if (packet.size() < 126) {
    frame += static_cast<char>(0x80 | packet.size());
  } else {
    frame += '\xfe';
    frame += static_cast<char>(packet.size() >> 8);
    frame += static_cast<char>(packet.size() & 0xff);
  }
  frame += std::string(4, '\0');
  frame += packet;
  return frame;
}

// Takes a frame of the server: its payload; of a close nothing is left behind.
std::string_view take_frame(std::string_view& bytes) {
  CHECK(bytes.size() >= 2);
  const int opcode = bytes[0] & 0x0f;
  std::size_t size = static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  if (size == 126) {
    size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8 |
           static_cast<unsigned char>(bytes[1]);
    bytes.remove_prefix(2);
  }
  CHECK(size < 127 * 256 && bytes.size() >= size);
  const std::string_view payload = bytes.substr(0, size);
  bytes.remove_prefix(size);
  CHECK(opcode == 1 || (opcode == 8 && bytes.empty()), "opcode {}", opcode);
  return opcode == 8 ? std::string_view() : payload;
}

// What the page was told of the seats last.
struct Shown {
  json seats;
};

void check_seats(const json& seats) {
  CHECK(seats.size() == kSeats, "{}", seats.dump());
  for (std::size_t i = 0; i < seats.size(); ++i) {
    const json& seat = seats[i];
    CHECK(seat.size() == 4 && seat.at("id") == i + 1, "{}", seat.dump());
    const bool taken = seat.at("booked").get<bool>() || seat.at("locked").get<bool>();
    CHECK(seat.at("user").is_null() || (taken && seat.at("user").is_string()), "{}", seat.dump());
  }
}

void check_told(std::string_view packet, Shown& shown) {
  if (packet.empty() || packet == "2") return;
  if (packet.starts_with("44/")) packet = packet.substr(packet.find(','));
  const std::size_t begin = packet.find_first_of("[{");
  CHECK(begin != packet.npos, "{}", packet);
  const json told = json::parse(packet.substr(begin), nullptr, false);
  CHECK(!told.is_discarded(), "{}", packet);
  if (!packet.starts_with("42")) return;
  if (told.at(0) == "seatsUpdate") {
    check_seats(told.at(1));
    shown.seats = told.at(1);
    return;
  }
  CHECK(told.at(1).contains("seatId") || told.at(1).contains("message"), "{}", packet);
}

void hear(Dialogue& dialogue, std::string_view bytes, Shown& shown) {
  for (const auto& said : dialogue.hear(bytes)) {
    std::string_view rest = said.bytes;
    if (rest.starts_with("HTTP/1.1 101 ")) rest = rest.substr(rest.find("\r\n\r\n") + 4);
    while (!rest.empty()) check_told(take_frame(rest), shown);
  }
}

// As the engine tells it, whatever the page was shown.
void compare(Dialogue& dialogue, const Shown& shown) {
  dialogue.reconnect();
  std::string told;
  for (const auto& said : dialogue.hear("GET /api/seats HTTP/1.1\r\nHost: a\r\n\r\n")) {
    told += said.bytes;
  }
  const json seats = json::parse(told.substr(told.find("\r\n\r\n") + 4));
  check_seats(seats);
  // With the page that locked them its locks have gone, which it was not told any more.
  for (std::size_t i = 0; i < kSeats && !shown.seats.is_null(); ++i) {
    if (!seats[i].at("booked").get<bool>()) continue;
    CHECK(seats[i] == shown.seats[i], "{} {}", seats[i].dump(), shown.seats[i].dump());
  }
  std::string taken;
  for (const json& seat : seats) taken += seat.at("booked").get<bool>() ? 'B' : '.';
  std::string map;
  const std::string request = "GET /v1/offerings/ticket/map HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const auto& said : dialogue.hear(request)) map += said.bytes;
  const std::size_t row = map.find("\"seats\":\"");
  CHECK(row != map.npos && map.substr(row + 9, kSeats) == taken, "{} {}", map, taken);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  holdfast::net::web::WebOptions options;
  options.tickets = "ticket";
  Dialogue dialogue(
      holdfast::net::web::http_dialect(std::make_shared<holdfast::net::web::Web>(options)),
      {"PLAN CREATE ticket units=1-4 per_row=4 type=seat",
       "OFFERING CREATE ticket plan=ticket axis=event currency=USD price=0 pay=later zone=UTC"},
      Dialogue::Beside::kNothing);
  Shown shown;
  hear(dialogue, kUpgrade, shown);
  while (!input.empty()) {
    const std::string_view packet = take_until(input, '\x1e').substr(0, 1000);
    if (dialogue.let_time_pass(packet)) continue;
    if (dialogue.closed()) {  // the page is loaded again
      dialogue.reconnect();
      hear(dialogue, kUpgrade, shown);
    }
    hear(dialogue, frame_of(packet), shown);
  }
  compare(dialogue, shown);
  return 0;
}
