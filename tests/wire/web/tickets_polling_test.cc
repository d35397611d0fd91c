// Engine.IO 4 over long polling, byte by byte: what every client relies on, and what none should
// do.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>

#include "net/web/tickets/limits.h"
#include "tests/support/eventually.h"
#include "tests/support/process_figures.h"
#include "tests/wire/web/ticket_clients.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

using Polling = TicketTest;

constexpr std::string_view kHandshake = "/socket.io/?EIO=4&transport=polling";
constexpr std::string_view kUnknown = R"({"code":1,"message":"Session ID unknown"})";
constexpr std::string_view kBadRequest = R"({"code":3,"message":"Bad request"})";
// A session that was closed here, as its client is told by the next poll.
constexpr std::string_view kGone =
    "6\x1e"
    "1";

TEST_F(Polling, TheHandshakeTellsTheRules) {
  const auto open = server().client().get(kHandshake);
  EXPECT_EQ(open.status, 200);
  EXPECT_EQ(open.field("Content-Type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(open.field("Cache-Control"), "no-store");
  EXPECT_EQ(open.field("Access-Control-Allow-Origin"), "*");
  const std::regex wanted(
      R"(0\{"sid":"[A-Za-z0-9_-]{20}","upgrades":\["websocket"\],"pingInterval":25000,)"
      R"("pingTimeout":20000,"maxPayload":65536\})");
  EXPECT_TRUE(std::regex_match(open.body, wanted)) << open.body;
}

// Sent ahead, as nobody else would: what counts is that they are many.
TEST_F(Polling, ManyHandshakesOfOneHostLeaveTheOthersServed) {
  constexpr int kHandshakes = 10'000;
  constexpr int kBatch = 100;
  // Of 700 bytes each, those that have not connected; what the heap keeps besides is below as much.
  constexpr std::uint64_t kBytes = 2 * 1024 * net::web::tickets::kMaxUnconnected + kSanitizerBytes;
  auto served = PollingClient(server().port());
  served.connect();
  const auto before = anonymous_bytes(server().daemon().pid());
  auto crowd = server().client();
  std::string ahead;
  for (int i = 0; i < kBatch; ++i)
    ahead += fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", kHandshake);
  std::string first;
  for (int i = 0; i < kHandshakes; i += kBatch) {
    ASSERT_TRUE(crowd.send(ahead));
    for (int k = 0; k < kBatch; ++k) {
      const auto open = crowd.receive();
      ASSERT_EQ(open.status, 200) << i + k << open.body;
      if (first.empty()) first = json::parse(open.body.substr(1)).at("sid");
    }
  }
  EXPECT_LT(anonymous_bytes(server().daemon().pid()), before + kBytes);
  EXPECT_EQ(server().client().get(fmt::format("{}&sid={}", kHandshake, first)).body, kUnknown)
      << "the oldest has made room";
  served.emit("bookSeat", json{{"seatId", 11}, {"username", "crowded"}});
  EXPECT_EQ(served.event("bookingSuccess").at("seatId"), 11) << "still served";
}

struct Wrong {
  std::string_view method;
  std::string_view target;
  std::string_view body;
};

TEST_F(Polling, WhatIsWrongHasItsNumber) {
  const Wrong all[] = {
      {"GET", "/socket.io/?EIO=4", R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "/socket.io/", R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "/socket.io/?EIO=4&transport=flash", R"({"code":0,"message":"Transport unknown"})"},
      {"GET", "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", kUnknown},
      {"GET", "/socket.io/?EIO=4&transport=polling&sid=%41%22%3E", kUnknown},
      {"POST", "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", kUnknown},
      {"POST", kHandshake, R"({"code":2,"message":"Bad handshake method"})"},
      {"GET", "/socket.io/?EIO=4&transport=websocket", kBadRequest},
      {"GET", "/socket.io/?EIO=3&transport=polling",
       R"({"code":5,"message":"Unsupported protocol version"})"},
      {"GET", "/socket.io/?transport=polling",
       R"({"code":5,"message":"Unsupported protocol version"})"},
  };
  auto client = server().client();
  for (const Wrong& wrong : all) {
    const auto response = client.ask(wrong.method, wrong.target);
    EXPECT_EQ(response.status, 400) << wrong.target;
    EXPECT_EQ(response.field("Content-Type"), "application/json") << wrong.target;
    EXPECT_EQ(response.field("Access-Control-Allow-Origin"), "*") << wrong.target;
    EXPECT_EQ(response.body, wrong.body) << wrong.target;
  }
  EXPECT_EQ(client.get("/socket.io").status, 404) << "without the slash";
}

TEST_F(Polling, ParametersComeInAnyOrderAndOthersAreIgnored) {
  auto client = server().client();
  EXPECT_EQ(client.get("/socket.io/?b64=1&t=P1&transport=polling&EIO=4&x=%20").status, 200);
}

TEST_F(Polling, ASocketIsConnectedAndToldTheSeats) {
  PollingClient client(server().port());
  const auto posted = client.post("40");
  EXPECT_EQ(posted.status, 200);
  EXPECT_EQ(posted.field("Content-Type"), "text/html");
  EXPECT_EQ(posted.field("Cache-Control"), "no-store");
  EXPECT_EQ(posted.body, "ok");
  // All that waited comes at once.
  const std::string both = client.poll().body;
  const std::regex connected(R"(40\{"sid":"[A-Za-z0-9_-]{20}"\})");
  const std::string first = both.substr(0, both.find('\x1e'));
  EXPECT_TRUE(std::regex_match(first, connected)) << first;
  EXPECT_EQ(first.find(client.sid()), first.npos) << "a socket has a sid of its own";
  EXPECT_TRUE(both.substr(first.size() + 1).starts_with(R"(42["seatsUpdate",[{"id":1,)"));
}

TEST_F(Polling, APollIsHeldUntilThereIsSomethingToSay) {
  PollingClient client(server().port());
  client.hold_poll();
  client.post("40");
  // What came first goes alone; the next poll has the rest.
  EXPECT_TRUE(client.polls().receive().body.ends_with("\"}"));
  EXPECT_TRUE(client.poll().body.starts_with("42[\"seatsUpdate\""));
}

TEST_F(Polling, RequestsBehindAHeldPollWaitWithIt) {
  PollingClient client(server().port());
  client.hold_poll("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  client.post("40");
  EXPECT_TRUE(client.polls().receive().body.starts_with("40{"));
  EXPECT_NE(client.polls().receive().body.find("ok"), std::string::npos);
}

TEST_F(Polling, WhoPilesUpRequestsBehindAHeldPollIsCut) {
  PollingClient client(server().port());
  client.hold_poll();
  std::string many;
  while (many.size() < 200'000) many += "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  client.polls().send(many);
  EXPECT_EQ(client.polls().receive_until_closed(), "");
  EXPECT_EQ(client.post("40").body, kUnknown) << "its poll was lost";
}

TEST_F(Polling, SeveralPacketsOfOnePostAreTakenInOrder) {
  PollingClient client(server().port());
  EXPECT_EQ(client.post("").body, "ok");
  client.post(
      "40\x1e"
      "42[\"nothing of ours\",1]\x1e"
      "3\x1e"
      "40/admin,{\"token\":1}");
  EXPECT_TRUE(client.packet().starts_with("40{"));
  EXPECT_TRUE(client.packet().starts_with("42[\"seatsUpdate\""));
  EXPECT_EQ(client.packet(), R"(44/admin,{"message":"Invalid namespace"})");
}

TEST_F(Polling, ALoginMayComeWithTheConnect) {
  PollingClient client(server().port());
  client.post(R"(40{"token":"abc"})");
  EXPECT_TRUE(client.packet().starts_with("40{"));
}

// Each ends the session; the client is told by its next poll, once.
TEST_F(Polling, WhoDoesNotSpeakTheProtocolIsLetGo) {
  const std::string_view all[] = {
      "42[\"lockSeat\",{\"seatId\":1}]",  // before 40
      "41",
      "7",
      "b4AQIDBA==",
      "hello",
      "2",  // pings are the server's
      "4",
      "40[]",
      "40{\"a\":",
      "40\x1e"
      "40",
      "40\x1e"
      "42{}",
      "40\x1e"
      "42[]",
      "40\x1e"
      "42[\"connect\"]",
      "40\x1e"
      "42/admin,[\"a\"]",
      "40\x1e"
      "451-[\"a\",{\"_placeholder\":true,\"num\":0}]",
      "40\x1e"
      "42[\"\xff\"]",
  };
  for (const std::string_view packets : all) {
    PollingClient client(server().port());
    EXPECT_EQ(client.post(packets).body, "ok") << packets;
    const std::string told = client.poll().body;
    EXPECT_TRUE(told.ends_with(kGone)) << packets << " then " << told;
    EXPECT_EQ(client.poll().body, kUnknown) << packets;
  }
}

TEST_F(Polling, AWaitingPollHearsOfTheEnd) {
  PollingClient client(server().port());
  client.hold_poll();
  client.post("7");
  EXPECT_EQ(client.polls().receive().body, "1");
  EXPECT_EQ(client.poll().body, kUnknown);
}

TEST_F(Polling, AClientMayTakeItsLeave) {
  PollingClient client(server().port());
  client.connect();
  client.hold_poll();
  client.post(
      "41\x1e"
      "1");
  EXPECT_EQ(client.polls().receive().body, "6");
  EXPECT_EQ(client.poll().body, kUnknown);
}

TEST_F(Polling, ASocketThatLeftMayComeAgain) {
  PollingClient client(server().port());
  client.connect();
  client.post("41");
  client.connect();
}

TEST_F(Polling, TwoPollsAtOnceEndTheSession) {
  PollingClient client(server().port());
  client.connect();
  client.hold_poll();
  auto second = server().client();
  const auto refused = second.get(client.target());
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(client.polls().receive().body, "1");
  EXPECT_EQ(second.get(client.target()).body, kUnknown);
}

TEST_F(Polling, APollThatBreaksEndsTheSession) {
  auto poster = server().client();
  std::string target;
  {
    PollingClient client(server().port());
    client.connect();
    target = client.target();
    client.hold_poll();
  }
  eventually("the session is unknown",
             [&] { return poster.ask("POST", target, "3").body == kUnknown; });
}

TEST_F(Polling, ABodyThatIsTooLargeIsRefused) {
  PollingClient client(server().port());
  const std::string large(net::web::tickets::kMaxMessageBytes + 1, '4');
  EXPECT_EQ(client.post(large).status, 413);
}

// Nothing is taken from whoever is slow; but nobody may let everything wait.
TEST_F(Polling, WhoDoesNotPollIsCut) {
  PollingClient lazy(server().port());
  lazy.connect();
  PollingClient busy(server().port());
  busy.connect();
  const std::size_t rounds = net::web::tickets::kMaxQueuedPackets / 2 + 1;
  for (std::size_t i = 0; i < rounds; ++i) {
    busy.emit("lockSeat", {{"seatId", 9}, {"username", "busy"}});
    busy.event("seatsUpdate");
    busy.emit("releaseLock", {{"seatId", 9}, {"username", "busy"}});
    busy.event("seatsUpdate");
  }
  const std::string told = lazy.poll().body;
  EXPECT_TRUE(told.ends_with(kGone));
  EXPECT_EQ(lazy.poll().body, kUnknown);
}

// Whoever opens sessions and leaves them pushes out his own.
TEST_F(Polling, SessionsThatNeverConnectMakeRoom) {
  PollingClient first(server().port());
  PollingClient kept(server().port());
  kept.connect();
  auto client = server().client();
  std::string ahead;
  for (int i = 0; i < 64; ++i) {
    ahead += fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", kHandshake);
  }
  for (std::size_t opened = 0; opened < net::web::tickets::kMaxUnconnected; opened += 64) {
    client.send(ahead);
    for (int i = 0; i < 64; ++i) ASSERT_EQ(client.receive().status, 200);
  }
  EXPECT_EQ(first.post("40").body, kUnknown);
  EXPECT_EQ(kept.post("3").body, "ok");
}

TEST_F(Polling, TenThousandHandshakesOfOneHostCostNobodyHisPlace) {
  PollingClient kept(server().port());
  kept.connect();
  auto client = server().client();
  std::string ahead;
  for (int i = 0; i < 100; ++i) {
    ahead += fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", kHandshake);
  }
  const std::uint64_t before = anonymous_bytes(server().daemon().pid());
  for (int opened = 0; opened < 10'000; opened += 100) {
    client.send(ahead);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.receive().status, 200);
  }
  constexpr std::uint64_t kBytes = std::uint64_t{32} * 1024 * 1024 + kSanitizerBytes;
  EXPECT_LT(anonymous_bytes(server().daemon().pid()), before + kBytes);
  EXPECT_EQ(kept.post("3").body, "ok");
  EXPECT_EQ(server().client().get("/healthz").status, 200);
}

// A page that is told something seldom is silent in order. That time passes is seen by connections
// that are closed for asking nothing.
TEST(PollingWithIdleTime, WhoWaitsToBeToldIsNotIdle) {
  HttpServer server(ticket_configuration() + "net.idle_timeout = 50ms\n");
  PollingClient polling(server.port());
  polling.connect();
  polling.hold_poll();
  WebSocketClient web_socket(server.port());
  web_socket.connect();
  auto stream = server.client();
  stream.send("GET /v1/watch?offering=ticket HTTP/1.1\r\nHost: a\r\n\r\n");
  stream.receive_until("event: watching");
  for (int i = 0; i < 3; ++i) {
    auto idle = server.client();
    EXPECT_EQ(idle.get("/healthz").status, 200);
    EXPECT_EQ(idle.receive_until_closed(), "");
  }
  web_socket.emit("lockSeat", json{{"seatId", 1}, {"username", "zoe"}});
  EXPECT_NE(stream.receive_until("event: change"), "");
  EXPECT_NE(polling.polls().receive().body.find("seatsUpdate"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
