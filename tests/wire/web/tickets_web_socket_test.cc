// Engine.IO 4 over WebSockets: at once, or after polling; and frames as no client should send them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/web/tickets/limits.h"
#include "tests/wire/web/ticket_clients.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

using WebSockets = TicketTest;

constexpr std::string_view kUnknown = R"({"code":1,"message":"Session ID unknown"})";

WebSocketClient connected(HttpServer& server) {
  WebSocketClient client(server.port());
  client.connect();
  return client;
}

TEST_F(WebSockets, AConnectionIsUpgraded) {
  WebSocketClient client(server().port());
  EXPECT_TRUE(client.head().head.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_EQ(client.head().field("Upgrade"), "websocket");
  EXPECT_EQ(client.head().field("Connection"), "Upgrade");
  // RFC 6455's own example.
  EXPECT_EQ(client.head().field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(client.head().field("Sec-WebSocket-Extensions"), "");
  EXPECT_EQ(client.head().field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(client.head().field("Content-Length"), "");
  const json open = json::parse(client.packet().substr(1));
  EXPECT_EQ(open.at("upgrades"), json::array());
  client.send("40");
  EXPECT_TRUE(client.packet().starts_with("40{\"sid\":\""));
  EXPECT_TRUE(client.packet().starts_with("42[\"seatsUpdate\",[{\"id\":1,"));
}

TEST_F(WebSockets, WhatIsNoHandshakeIsRefused) {
  const std::string_view all[] = {
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n",
      "Connection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
      "Connection: close\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
  };
  for (const std::string_view fields : all) {
    auto client = server().client();
    const auto response = client.get("/socket.io/?EIO=4&transport=websocket",
                                     fmt::format("Upgrade: websocket\r\n{}", fields));
    EXPECT_EQ(response.status, 400) << fields;
    EXPECT_EQ(response.body, "Bad Request") << fields;
    EXPECT_EQ(client.receive_until_closed(), "") << fields;
  }
}

TEST_F(WebSockets, AnUnknownSessionCannotBeUpgraded) {
  WebSocketClient client(server().port(), "&sid=AAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(client.head().status, 400);
  EXPECT_EQ(client.head().field("Content-Type"), "text/html");
  EXPECT_EQ(client.head().field("Content-Length"), "18");
  EXPECT_EQ(client.head().field("Connection"), "close");
}

// ---- the change from polling --------------------------------------------------------------------

TEST_F(WebSockets, APollingSessionChangesOver) {
  PollingClient polling(server().port());
  polling.connect();
  polling.hold_poll();
  WebSocketClient socket(server().port(), "&sid=" + polling.sid());
  socket.send("2probe");
  EXPECT_EQ(socket.packet(), "3probe");
  EXPECT_EQ(polling.polls().receive().body, "6") << "no poll is left under way";
  // Between probe and change all still goes by polling, the events too.
  polling.emit("lockSeat", {{"seatId", 1}, {"username", "changing"}});
  EXPECT_TRUE(polling.poll().body.find("\"changing\"") != std::string::npos);
  polling.emit("bookSeat", {{"seatId", 1}, {"username", "changing"}});
  socket.send("5");
  EXPECT_EQ(socket.event("seatsUpdate")[0].at("user"), "changing");
  EXPECT_EQ(socket.event("bookingSuccess").at("seatId"), 1);
  EXPECT_EQ(polling.poll().body, R"({"code":3,"message":"Bad request"})");
  EXPECT_EQ(polling.post("3").body, R"({"code":3,"message":"Bad request"})");
  socket.emit("releaseSeat", {{"seatId", 1}, {"username", "changing"}});
  EXPECT_EQ(socket.event("releaseSuccess").at("seatId"), 1);
}

TEST_F(WebSockets, AProbeThatFailsLeavesThePollingAlone) {
  for (const std::string_view instead : {"5", "40", "2", "2probe!", ""}) {
    PollingClient polling(server().port());
    polling.connect();
    WebSocketClient socket(server().port(), "&sid=" + polling.sid());
    socket.send(instead);
    EXPECT_EQ(socket.closed(), 0) << instead;
    polling.emit("releaseSeat", {{"seatId", 0}});
    EXPECT_EQ(polling.event("releaseError").at("message"), "Seat not found") << instead;
  }
}

TEST_F(WebSockets, AProbeThatBreaksLeavesThePollingAlone) {
  PollingClient polling(server().port());
  polling.connect();
  {
    WebSocketClient socket(server().port(), "&sid=" + polling.sid());
    socket.send("2probe");
    EXPECT_EQ(socket.packet(), "3probe");
  }
  polling.emit("releaseSeat", {{"seatId", 0}});
  EXPECT_EQ(polling.event("releaseError").at("message"), "Seat not found");
}

TEST_F(WebSockets, ASecondWebSocketOfASessionIsClosed) {
  PollingClient polling(server().port());
  polling.connect();
  WebSocketClient first(server().port(), "&sid=" + polling.sid());
  first.send("2probe");
  EXPECT_EQ(first.packet(), "3probe");
  WebSocketClient second(server().port(), "&sid=" + polling.sid());
  EXPECT_EQ(second.head().status, 101);
  EXPECT_EQ(second.closed(), 0);
  first.send("5");
  first.emit("releaseSeat", {{"seatId", 0}});
  EXPECT_EQ(first.event("releaseError").at("message"), "Seat not found");
}

TEST_F(WebSockets, ASessionThatEndsTakesItsProbeAlong) {
  PollingClient polling(server().port());
  WebSocketClient socket(server().port(), "&sid=" + polling.sid());
  socket.send("2probe");
  EXPECT_EQ(socket.packet(), "3probe");
  polling.post("1");
  EXPECT_EQ(socket.closed(), 0);
  EXPECT_EQ(polling.poll().body, kUnknown);
}

// ---- frames -------------------------------------------------------------------------------------

TEST_F(WebSockets, PingsAreAnsweredAndPongsAreNot) {
  auto client = connected(server());
  client.send(Frame{.opcode = 10, .payload = "unasked"});
  client.send(Frame{.opcode = 9, .payload = "are you there"});
  const Frame pong = client.receive();
  EXPECT_EQ(pong.opcode, 10);
  EXPECT_EQ(pong.payload, "are you there");
}

TEST_F(WebSockets, MessagesComeInAnyPieces) {
  auto client = connected(server());
  const std::string event = test::event("releaseSeat", {{"seatId", 0}});
  std::string bytes = bytes_of({.payload = event.substr(0, 5), .last = false}) +
                      bytes_of({.opcode = 9, .payload = "between"}) +
                      bytes_of({.opcode = 0, .payload = "", .last = false}) +
                      bytes_of({.opcode = 0, .payload = event.substr(5)}) +
                      bytes_of({.payload = event});
  for (const char byte : bytes) client.send_bytes({&byte, 1});
  EXPECT_EQ(client.receive().payload, "between");
  EXPECT_EQ(client.event("releaseError").at("message"), "Seat not found");
  EXPECT_EQ(client.event("releaseError").at("message"), "Seat not found");
}

struct BadFrame {
  std::string_view what;
  std::string bytes;
  int status;
};

TEST_F(WebSockets, FramesThatBreakTheRulesCloseTheConnection) {
  const std::size_t most = net::web::tickets::kMaxMessageBytes;
  const BadFrame all[] = {
      {"not masked", bytes_of({.payload = "3", .masked = false}), 1002},
      {"a reserved bit", bytes_of({.payload = "3", .reserved = 4}), 1002},
      {"a reserved opcode", bytes_of({.opcode = 3, .payload = "3"}), 1002},
      // What is wrong with a control frame has no number.
      {"a ping in pieces", bytes_of({.opcode = 9, .last = false}), 0},
      {"a ping too long", bytes_of({.opcode = 9, .payload = std::string(126, 'x')}), 0},
      {"no beginning", bytes_of({.opcode = 0, .payload = "3"}), 1002},
      {"two beginnings", bytes_of({.payload = "3", .last = false}) + bytes_of({.payload = "3"}),
       1002},
      {"a close of one byte", bytes_of({.opcode = 8, .payload = "\x03"}), 0},
      {"no UTF-8",
       bytes_of({.payload = "42[\"\xff"
                            "\"]"}),
       1007},
      {"UTF-8 cut short", bytes_of({.payload = "\xc3"}), 1007},
      {"too large", bytes_of({.payload = std::string(most + 1, '4')}), 1009},
      {"too large in pieces",
       bytes_of({.payload = std::string(most, '4'), .last = false}) +
           bytes_of({.opcode = 0, .payload = "4"}),
       1009},
      {"a length that is never sent",
       std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff"
                   "12345"),
       1009},
  };
  for (const BadFrame& bad : all) {
    auto client = connected(server());
    client.send_bytes(bad.bytes);
    EXPECT_EQ(client.closed(), bad.status) << bad.what;
  }
}

TEST_F(WebSockets, ACloseIsAnsweredByTheSame) {
  auto client = connected(server());
  client.send(Frame{.opcode = 8, .payload = "\x03\xe8goodbye"});
  const Frame close = client.receive();
  EXPECT_EQ(close.opcode, 8);
  EXPECT_EQ(close.payload, "\x03\xe8goodbye");
  auto polite = connected(server());
  polite.send("41");
  polite.send(Frame{.opcode = 8});
  EXPECT_EQ(polite.closed(), 0);
}

// ---- packets ------------------------------------------------------------------------------------

TEST_F(WebSockets, WhatSaysNothingIsIgnored) {
  auto client = connected(server());
  for (const std::string_view packet :
       {"3", "5", "6", "0", "1", "42", "43[]", "43", "42[5]", "42[\"unknown\",{}]",
        "42[\"associateUser\"]", "42[\"lockSeat\"]", "42[\"bookSeat\",null]"}) {
    client.send(packet);
  }
  client.send("420[\"releaseSeat\",{\"seatId\":0}]");
  EXPECT_EQ(client.packet(), R"(42["releaseError",{"message":"Seat not found"}])");
  // That is all: an acknowledgement is never sent.
  client.send(Frame{.opcode = 9, .payload = "end"});
  EXPECT_EQ(client.receive().payload, "end");
}

TEST_F(WebSockets, WhoDoesNotSpeakTheProtocolIsLetGo) {
  for (const std::string_view packet : {"2",
                                        "7",
                                        "hello",
                                        "",
                                        "4",
                                        "49",
                                        "44{}",
                                        "40",
                                        "42[]",
                                        "42null",
                                        "42{}",
                                        "42[\"a\"",
                                        "42[\"connect\"]",
                                        "42[\"disconnect\",1]",
                                        "42/other,[\"a\"]",
                                        "45-[\"a\"]",
                                        "46-[]",
                                        "41{}",
                                        "43{}",
                                        "42[{}]"}) {
    auto client = connected(server());
    client.send(packet);
    EXPECT_EQ(client.closed(), 0) << packet;
  }
  auto binary = connected(server());
  binary.send(Frame{.opcode = 2, .payload = "4"});
  EXPECT_EQ(binary.closed(), 0);
  WebSocketClient early(server().port());
  EXPECT_TRUE(early.packet().starts_with("0{"));
  early.send("42[\"releaseSeat\",{}]");
  EXPECT_EQ(early.closed(), 0) << "an event before the socket is connected";
}

TEST_F(WebSockets, WhoAsksForTooMuchAtOnceIsLetGo) {
  auto client = connected(server());
  std::string many;
  for (std::size_t i = 0; i <= net::web::tickets::kMaxWaitingEvents; ++i) {
    many += bytes_of({.payload = test::event("releaseSeat", {{"seatId", 0}})});
  }
  client.send_bytes(many);
  EXPECT_EQ(client.closed(), 0);
}

}  // namespace
}  // namespace holdfast::test
