// The API over the real process: who one is, commands and looks, what is refused with which status.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/wire/web/http_server.h"

namespace holdfast::test {
namespace {

using nlohmann::json;

constexpr std::string_view kJson = "Content-Type: application/json\r\n";

class Api : public HttpTest {
 protected:
  // The token of a new account of this name.
  std::string customer(const std::string& name) {
    const auto made = client_.command({"REGISTER", name, "open sesame"});
    EXPECT_EQ(made.status, 200) << made.body;
    return client_.log_in(name, "open sesame");
  }
  HttpResponse post(std::string_view target, std::string_view body, std::string_view fields = {}) {
    return client_.ask("POST", target, body, std::string(kJson) + std::string(fields));
  }

  HttpClient client_ = server().client();
};

TEST_F(Api, AGuestLooksAndAnAccountBooks) {
  EXPECT_EQ(client_.command({"BOOK", "ticket", "n=1"}).status, 401);
  const std::string token = customer("api ana");
  const auto held = client_.command({"HOLD", "ticket", "n=2", "guest=Ana \"Ruiz\" é"}, token);
  ASSERT_EQ(held.status, 200) << held.body;
  EXPECT_EQ(held.json().at("status"), "held");
  EXPECT_EQ(held.json().at("items").size(), 2U);
  const std::string locator = held.json().at("locator");
  const auto shown = client_.get("/v1/reservations/" + locator, bearer(token));
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.json().at("guest"), "Ana \"Ruiz\" é");
  EXPECT_EQ(shown.field("Cache-Control"), "private, no-cache");
  EXPECT_EQ(client_.get("/v1/reservations/" + locator).status, 401);
  const auto other = customer("api other");
  EXPECT_EQ(client_.get("/v1/reservations/" + locator, bearer(other)).status, 404);
}

// The same connection is another person with each request, and nobody without a token.
TEST_F(Api, ARequestIsWhomItsTokenSays) {
  const auto who = [this](std::string_view token) {
    return client_.command({"WHOAMI"}, token).json().value("name", "nobody");
  };
  const std::string one = customer("api one");
  const std::string two = customer("api two");
  EXPECT_EQ(who(one), "api one");
  EXPECT_EQ(who(two), "api two");
  EXPECT_EQ(who(""), "nobody");
  EXPECT_EQ(who(one), "api one");
  const auto forged = client_.command({"WHOAMI"}, "00000000000000000000000000000000");
  EXPECT_EQ(forged.status, 401);
  EXPECT_EQ(forged.field("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(who(""), "nobody") << "not the one before the forged token";
}

TEST_F(Api, ASessionEndsByLoggingOutAndByLockingOut) {
  const std::string token = customer("api gone");
  EXPECT_EQ(client_.ask("DELETE", "/v1/session", {}, bearer(token)).status, 204);
  EXPECT_EQ(client_.command({"WHOAMI"}, token).status, 401);
  EXPECT_EQ(client_.ask("DELETE", "/v1/session").status, 401);
  const std::string again = client_.log_in("api gone", "open sesame");
  EXPECT_FALSE(server().admin().command({"USER", "DISABLE", "api gone"}).is_error());
  EXPECT_EQ(client_.command({"WHOAMI"}, again).status, 401);
  EXPECT_EQ(post("/v1/session", R"({"name":"api gone","password":"open sesame"})").status, 403);
}

TEST_F(Api, ALoginThatIsWrongSaysSoAndMakesNobody) {
  customer("api login");
  EXPECT_EQ(post("/v1/session", R"({"name":"api login","password":"no"})").status, 401);
  EXPECT_EQ(post("/v1/session", R"({"name":"api login"})").status, 400);
  EXPECT_EQ(post("/v1/session", "[]").status, 400);
  EXPECT_EQ(post("/v1/session", "{").json().at("code"), "SYNTAX");
  const auto ok = post("/v1/session", R"({"name":"api login","password":"open sesame"})");
  EXPECT_EQ(ok.status, 201);
  EXPECT_EQ(ok.field("Cache-Control"), "no-store");
  EXPECT_EQ(ok.json().at("role"), "customer");
  EXPECT_EQ(client_.command({"WHOAMI"}).json().at("role"), "guest");
}

TEST_F(Api, SeveralCommandsAreAnsweredOneByOne) {
  const std::string token = customer("api several");
  const auto all = client_.command(
      json::array({{"WHOAMI"}, {"BOOK", "nothing", "n=1"}, {"AVAIL", "gala", "n", 3}, {"PING"}}),
      token);
  EXPECT_EQ(all.status, 200);
  const json replies = all.json();
  ASSERT_EQ(replies.size(), 4U);
  EXPECT_EQ(replies[0].at("name"), "api several");
  EXPECT_EQ(replies[1].at("code"), "NOTFOUND");
  EXPECT_TRUE(replies[2].contains("code"));
  EXPECT_EQ(replies[3].at("reply"), "PONG");
  EXPECT_TRUE(replies[3].contains("seq"));
}

TEST_F(Api, OfSeveralCommandsTheOneThatIsWrongIsNamed) {
  const std::string token = customer("api entry");
  const auto refused = client_.command(
      json::array({{"HOLD", "ticket", "n=1"}, {"WHOAMI"}, {"TOKEN", "USE", "x"}}), token);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json().at("code"), "ARGS");
  EXPECT_EQ(refused.json().at("entry"), "2");
  const std::string message = refused.json().at("message");
  EXPECT_TRUE(message.starts_with("[2] of 3 commands, none of which has been run: TOKEN USE"))
      << message;
  EXPECT_EQ(client_.command({"MINE"}, token).json().at("rows").size(), 0U) << "nothing is run";
  const auto odd = client_.command(json::array({{"PING"}, {"PING", 1.5}}), token);
  EXPECT_EQ(odd.status, 422);
  EXPECT_EQ(odd.json().at("entry"), "1");
}

TEST_F(Api, ARepeatedRequestIsAnsweredAgainAndNotDoneAgain) {
  const std::string token = customer("api twice");
  const std::string fields = bearer(token) + "Idempotency-Key: once\r\n";
  const auto first = post("/v1/command", R"(["HOLD","ticket","n=1"])", fields);
  const auto again = post("/v1/command", R"(["HOLD","ticket","n=1"])", fields);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.json().at("locator"), again.json().at("locator"));
  EXPECT_EQ(post("/v1/command", R"(["HOLD","ticket","n=2"])", fields).status, 409);
  EXPECT_EQ(post("/v1/command", R"(["WHOAMI"])", fields).status, 400);
  EXPECT_EQ(post("/v1/command", R"([["HOLD","ticket","n=1"]])", fields).status, 400);
}

TEST_F(Api, WhatIsNoCommandIsRefused) {
  const std::vector<std::pair<int, std::string>> bodies = {
      {400, ""},
      {400, "{}"},
      {400, "[]"},
      {400, "[[]]"},
      {400, "\"PING\""},
      {400, R"([["PING"],"PING"])"},
      {422, R"(["PING",1.5])"},
      {422, R"(["PING",null])"},
      {400, R"(["PNG"])"},
      {400, R"(["WATCH","gala"])"},
      {400, R"(["AUTH","a","b"])"},
      {400, R"(["quit"])"},
      {400, R"([["PING"],["TOKEN","USE","x"]])"},
      {422, std::string(30'000, '[') + std::string(30'000, ']')},
      {400, "[\"\xff\"]"},
  };
  for (const auto& [status, body] : bodies) {
    const auto response = post("/v1/command", body);
    EXPECT_EQ(response.status, status) << body.substr(0, 80) << response.body;
    EXPECT_TRUE(response.json().contains("code"));
  }
  json many = json::array();
  for (int i = 0; i < 129; ++i) many.push_back(json::array({"PING"}));
  EXPECT_EQ(client_.command(many).json().at("code"), "LIMIT");
  EXPECT_EQ(client_.ask("POST", "/v1/command", R"(["PING"])").status, 415);
  EXPECT_EQ(
      client_.ask("POST", "/v1/command", R"(["PING"])", "Content-Type: text/plain\r\n").status,
      415);
}

TEST_F(Api, LooksAreKeptAndAskedForConditionally) {
  const auto map = client_.get("/v1/offerings/gala/map");
  ASSERT_EQ(map.status, 200);
  EXPECT_EQ(map.json().at("offering"), "gala");
  EXPECT_EQ(map.field("Cache-Control"), "no-cache");
  EXPECT_EQ(map.field("Vary"), "Authorization");
  const std::string etag = map.field("ETag");
  const auto same =
      client_.get("/v1/offerings/gala/map", "If-None-Match: \"x\", W/" + etag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.field("ETag"), etag);
  const std::string token = customer("api etag");  // a change
  EXPECT_EQ(client_.get("/v1/offerings/gala/map", "If-None-Match: " + etag + "\r\n").status, 200);
  const auto mine = client_.get("/v1/offerings/gala/map", bearer(token));
  EXPECT_NE(mine.field("ETag"), client_.get("/v1/offerings/gala/map").field("ETag"));
}

TEST_F(Api, PathsAndQueriesBecomeWordsOfTheCommand) {
  EXPECT_GE(client_.get("/v1/offerings").json().at("rows").size(), 7U);
  EXPECT_EQ(client_.get("/v1/offerings?n=2").json().at("rows").size(), 2U);
  EXPECT_EQ(client_.get("/v1/offerings/%67ala").json().at("offering"), "gala");
  EXPECT_EQ(client_.get("/v1/offerings/express/avail?legs=BLR-MYS").json().at("legs"), "BLR-MYS");
  EXPECT_EQ(client_.get("/v1/offerings/nothing").status, 404);
  EXPECT_EQ(client_.get("/v1/offerings/gala/map?nights=x").status, 400);
  EXPECT_EQ(client_.get("/v1/offerings/gala/map?colour=red").json().at("code"), "ARGS");
  EXPECT_EQ(client_.get("/v1/offerings/ga%zzla").status, 400);
  EXPECT_EQ(client_.get("/v1/offerings/gala?n=%0a").status, 400);
  EXPECT_EQ(client_.get("/v1/offerings//map").status, 404);
}

TEST_F(Api, APageOfAnotherOriginMayLookAndNotAct) {
  constexpr std::string_view kForeign = "Origin: https://evil.example\r\n";
  EXPECT_EQ(post("/v1/command", R"(["PING"])", kForeign).status, 403);
  EXPECT_EQ(post("/v1/command", R"(["PING"])", "Origin: null\r\n").status, 403);
  EXPECT_EQ(post("/v1/command", R"(["PING"])", "Origin: http://localhost\r\n").status, 200);
  const auto looked = client_.get("/v1/offerings", kForeign);
  EXPECT_EQ(looked.status, 200);
  EXPECT_EQ(looked.field("Access-Control-Allow-Origin"), "");
  const auto preflight =
      client_.ask("OPTIONS", "/v1/command", {},
                  std::string(kForeign) + "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "");
}

TEST(ApiOrigins, ThoseThatAreNamedMayAct) {
  HttpServer server("http.origin = https://shop.example\n");
  auto client = server.client();
  constexpr std::string_view kOrigin = "Origin: https://shop.example\r\n";
  const auto acted =
      client.ask("POST", "/v1/command", R"(["PING"])", std::string(kJson) + std::string(kOrigin));
  EXPECT_EQ(acted.status, 200);
  EXPECT_EQ(acted.field("Access-Control-Allow-Origin"), "https://shop.example");
  const auto preflight =
      client.ask("OPTIONS", "/v1/command", {},
                 std::string(kOrigin) + "Access-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "POST, OPTIONS");
  EXPECT_NE(preflight.field("Access-Control-Allow-Headers").find("Idempotency-Key"),
            std::string::npos);
}

// A request that must wait for a password holds up its own connection only, and those behind it
// are answered in order.
TEST_F(Api, RequestsBehindALoginWaitTheirTurn) {
  customer("api patient");
  const std::string body = R"({"name":"api patient","password":"open sesamee"})";
  client_.send(
      fmt::format("POST /v1/session HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}"
                  "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                  kJson, body.size(), body));
  EXPECT_EQ(client_.receive().status, 401);
  EXPECT_EQ(client_.receive().status, 200);
}

TEST_F(Api, FiguresAreForPrometheus) {
  HttpServer server("metrics.listen = 127.0.0.1:0\n");
  server.client().get("/v1/offerings/gala");
  server.client().get("/v1/offerings/nothing");
  HttpClient prometheus(server.port_of("metrics"));
  const auto figures = prometheus.get("/metrics");
  EXPECT_EQ(figures.status, 200);
  EXPECT_TRUE(figures.field("Content-Type").starts_with("text/plain; version=0.0.4"));
  for (const std::string_view line :
       {"# TYPE holdfast_last_seq counter\nholdfast_last_seq ",
        "holdfast_command_seconds_bucket{command=\"offering show\",le=\"+Inf\"} 2\n",
        "holdfast_errors_total{code=\"NOTFOUND\"} 1\n",
        "holdfast_http_responses_total{route=\"showOffering\",status=\"404\"} 1\n",
        "holdfast_http_request_seconds_count{kind=\"look\"} 2\n", "holdfast_sessions 1\n"}) {
    EXPECT_NE(figures.body.find(line), std::string::npos) << line << figures.body;
  }
  EXPECT_EQ(prometheus.get("/readyz").status, 200);
  EXPECT_EQ(prometheus.get("/v1/offerings").status, 404);
  EXPECT_EQ(server.client().get("/metrics").status, 404) << "not where the public is";
}

// Also after a start, when what is there is counted anew.
TEST_F(Api, WhatIsOccupiedIsCountedByOffering) {
  HttpServer server("metrics.listen = 127.0.0.1:0\n");
  WireClient admin = server.admin();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"BOOK", "gala", "A1", "A2", "+", "grand", "n=1", "nights=2031-05-01..2031-05-03"},
           {"BLOCK", "gala", "B1", "reason=broken"},
           {"HOLD", "gala", "C1"}}) {
    const auto reply = admin.command(words);
    ASSERT_FALSE(reply.is_error()) << reply.text;
  }
  for (int start = 0; start < 2; ++start) {
    const auto figures = HttpClient(server.port_of("metrics")).get("/metrics").body;
    for (const std::string_view line :
         {"holdfast_offering_occupied_spans{offering=\"gala\",state=\"held\"} 1\n",
          "holdfast_offering_occupied_spans{offering=\"gala\",state=\"booked\"} 2\n",
          "holdfast_offering_occupied_spans{offering=\"gala\",state=\"blocked\"} 1\n",
          "holdfast_occupied_spans{state=\"booked\"} 3\n", "holdfast_occupied_offerings 2\n"}) {
      EXPECT_NE(figures.find(line), std::string::npos) << line << figures;
    }
    server.restart();
  }
}

}  // namespace
}  // namespace holdfast::test
