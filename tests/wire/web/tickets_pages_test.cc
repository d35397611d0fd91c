// What pages of the old ticket system ask over plain HTTP, and which pages may.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/wire/web/ticket_clients.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

using TicketPages = TicketTest;

constexpr std::string_view kJson = "Content-Type: application/json\r\n";

TEST_F(TicketPages, TheSeatsAreShownAsTheyWere) {
  HttpServer fresh(ticket_configuration());
  auto client = fresh.client();
  const auto seats = client.get("/api/seats");
  EXPECT_EQ(seats.status, 200);
  EXPECT_EQ(seats.field("Content-Type"), "application/json; charset=utf-8");
  EXPECT_EQ(seats.field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(seats.body.size(), 2592U);
  EXPECT_TRUE(seats.body.starts_with(
      R"([{"id":1,"booked":false,"user":null,"locked":false},{"id":2,"booked":false,)"));
  EXPECT_TRUE(seats.body.ends_with(R"({"id":50,"booked":false,"user":null,"locked":false}])"));
  const auto known =
      client.get("/api/seats", fmt::format("If-None-Match: {}\r\n", seats.field("ETag")));
  EXPECT_EQ(known.status, 304);
  EXPECT_EQ(client.ask("HEAD", "/api/seats").field("Content-Length"), "2592");
}

// Whatever the door: names of those who came by another one are not told.
TEST_F(TicketPages, WhatIsTakenElsewhereIsShownWithoutAName) {
  const auto hold = server().admin().command({"HOLD", "ticket", "41", "guest=Ana Ruiz"});
  ASSERT_FALSE(hold.is_error()) << hold.text;
  ASSERT_FALSE(server().admin().command({"BOOK", "ticket", "42", "guest=Ana Ruiz"}).is_error());
  ASSERT_FALSE(server().admin().command({"BLOCK", "ticket", "43", "reason=broken"}).is_error());
  auto client = server().client();
  PollingClient watcher(server().port());
  watcher.connect();  // what is told now is later than the three
  const auto seats = client.get("/api/seats").json();
  EXPECT_EQ(seats[40].dump(), R"({"booked":false,"id":41,"locked":true,"user":null})");
  EXPECT_EQ(seats[41].dump(), R"({"booked":true,"id":42,"locked":false,"user":null})");
  EXPECT_EQ(seats[42].dump(), R"({"booked":true,"id":43,"locked":false,"user":null})");
}

struct BadLogin {
  std::string_view fields;
  std::string_view body;
  std::string_view error;
};

TEST_F(TicketPages, ANameIsTakenOnce) {
  auto client = server().client();
  const auto taken = log_in("  Žofie ");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, R"({"username":"Žofie"})");
  const auto again = log_in("Žofie");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body, R"({"error":"Username already in use. Please choose a different name."})");
  EXPECT_EQ(again.field("Access-Control-Allow-Origin"), "*");
}

TEST_F(TicketPages, ANameWithAPasswordIsItsOwners) {
  const auto made = server().admin().command({"USER", "ADD", "Bedrich", "a good password"});
  ASSERT_FALSE(made.is_error()) << made.text;
  EXPECT_EQ(log_in("Bedrich").status, 409);
}

TEST_F(TicketPages, WhatIsNoNameIsRefused) {
  const std::string long_name(101, 'a');
  const std::string long_body = json{{"username", long_name}}.dump();
  constexpr std::string_view kRequired = "Username is required";
  constexpr std::string_view kUnusable =
      "Username must have 1 to 100 bytes that are not blank or control characters";
  constexpr std::string_view kNoObject = "The body is not a JSON object";
  const BadLogin logins[] = {
      {kJson, "{}", kRequired},
      {kJson, "", kRequired},
      {kJson, "[]", kRequired},
      {kJson, R"({"username":""})", kRequired},
      {kJson, R"({"username":null})", kRequired},
      {kJson, R"({"username":7})", kRequired},
      {"", R"({"username":"ann"})", kRequired},
      {"Content-Type: text/plain\r\n", R"({"username":"ann"})", kRequired},
      {kJson, R"({"username":"   "})", kUnusable},
      {kJson, R"({"username":"a\nb"})", kUnusable},
      {kJson, long_body, kUnusable},
      {kJson, R"({"username":)", kNoObject},
      {kJson, R"("ann")", kNoObject},
      {kJson, "{\"username\":\"\xff\"}", kNoObject},
  };
  auto client = server().client();
  for (const BadLogin& login : logins) {
    const auto response = client.ask("POST", "/api/login", login.body, login.fields);
    EXPECT_EQ(response.status, 400) << login.body;
    EXPECT_EQ(response.json().at("error"), login.error) << login.body;
    EXPECT_EQ(response.field("Access-Control-Allow-Origin"), "*") << login.body;
  }
}

TEST_F(TicketPages, PreflightsAreAnsweredAsTheyWere) {
  auto client = server().client();
  const auto page = client.ask("OPTIONS", "/api/login", {},
                               "Origin: http://192.168.1.47:5173\r\n"
                               "Access-Control-Request-Method: POST\r\n"
                               "Access-Control-Request-Headers: content-type\r\n");
  EXPECT_EQ(page.status, 204);
  EXPECT_EQ(page.field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(page.field("Access-Control-Allow-Methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
  EXPECT_EQ(page.field("Access-Control-Allow-Headers"), "content-type");
  EXPECT_EQ(page.field("Vary"), "Access-Control-Request-Headers");
  const auto socket = client.ask("OPTIONS", "/socket.io/?EIO=4", {},
                                 "Origin: http://a\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(socket.field("Access-Control-Allow-Methods"), "GET,POST");
}

// The rest of the server keeps its own rule.
TEST_F(TicketPages, OnlyThesePagesMayComeFromAnywhere) {
  auto client = server().client();
  EXPECT_EQ(client.ask("POST", "/v1/session", "{}", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(client.ask("POST", "/api/login", "{}", "Origin: http://evil.example\r\n").status, 400);
}

constexpr std::string_view kUpgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST_F(TicketPages, WhereTheyAreListedOthersMayNotAct) {
  HttpServer listed(ticket_configuration() +
                    "tickets.pages = listed\nhttp.origin = https://tickets.example\n");
  auto client = listed.client();
  const std::string target = "/socket.io/?EIO=4&transport=websocket";
  const std::string evil = "Origin: http://evil.example\r\n";
  const std::string good = "Origin: https://tickets.example\r\n";
  const std::string upgrade(kUpgrade);
  EXPECT_EQ(client.get(target, evil + upgrade).status, 403);
  EXPECT_EQ(client.ask("POST", "/api/login", "{}", evil).status, 403);
  EXPECT_EQ(client.get("/api/seats", evil).field("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(client.get("/api/seats", good).field("Access-Control-Allow-Origin"),
            "https://tickets.example");
  EXPECT_EQ(client.get(target, good + upgrade).status, 101);
  EXPECT_EQ(listed.client().get(target, "Origin: http://localhost\r\n" + upgrade).status, 101)
      << "our own page";
  EXPECT_EQ(listed.client().get(target, upgrade).status, 101) << "no browser";
}

TEST_F(TicketPages, WhereNobodyHasAskedForThemThereAreNone) {
  HttpServer without;
  auto client = without.client();
  EXPECT_EQ(client.get("/api/seats").status, 404);
  EXPECT_EQ(client.get("/socket.io/?EIO=4&transport=polling").status, 404);
}

TEST_F(TicketPages, AnOfferingThatComesLaterIsFound) {
  HttpServer early("tickets.offering = matinee\n");
  auto client = early.client();
  const auto none = client.get("/api/seats");
  EXPECT_EQ(none.status, 503);
  EXPECT_EQ(none.json().at("error"), "There are no seats to be shown.");
  WebSocketClient watcher(early.port());
  EXPECT_TRUE(watcher.packet().starts_with("0{"));
  watcher.send("40");
  EXPECT_TRUE(watcher.packet().starts_with("40{"));
  EXPECT_EQ(watcher.event("seatsUpdate"), json::array());
  const auto made =
      early.admin().command({"OFFERING", "CREATE", "matinee", "plan=ticket", "axis=event",
                             "currency=USD", "price=0", "pay=later", "zone=UTC"});
  ASSERT_FALSE(made.is_error()) << made.text;
  EXPECT_EQ(watcher.event("seatsUpdate").size(), 50U);
  EXPECT_EQ(client.get("/api/seats").body.size(), 2592U);
}

}  // namespace
}  // namespace holdfast::test
