// HTTP/1.1 as RFC 9110 and 9112 have it, byte by byte, and by curl. What is refused, and why, is
// in unit/net/web; here it is seen that the connection ends where the framing is lost, and nowhere
// else.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "net/web/limits.h"
#include "tests/wire/web/http_server.h"

namespace holdfast::test {
namespace {

using Conformance = HttpTest;

constexpr std::string_view kGet = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kLast = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != text.npos; at += word.size()) ++found;
  return found;
}

TEST_F(Conformance, AConnectionIsKeptAndRequestsMayRunAhead) {
  auto client = server().client();
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.get("/readyz").json().at("status"), "ready");
  std::string many;
  for (int i = 0; i < 500; ++i)
    many += i % 2 == 0 ? kGet : "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(many + std::string(kLast));
  const std::string all = client.receive_until_closed();
  EXPECT_EQ(count(all, "HTTP/1.1 200 OK\r\n"), 501U);
  EXPECT_EQ(count(all, "ready"), 250U);
  // In order: they take turns.
  EXPECT_LT(all.find("\"ok\""), all.find("\"ready\""));
}

TEST_F(Conformance, EveryResponseSaysWhatItIs) {
  const auto response = server().client().get("/healthz");
  EXPECT_TRUE(response.field("Date").ends_with(" GMT"));
  EXPECT_EQ(response.field("Server"), "holdfast");
  EXPECT_EQ(response.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.field("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(response.field("Content-Type"), "application/json");
}

TEST_F(Conformance, HeadIsGetWithoutTheBody) {
  auto client = server().client();
  const auto got = client.get("/healthz");
  const auto head = client.ask("HEAD", "/healthz");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), got.field("Content-Length"));
  EXPECT_EQ(client.ask("HEAD", "/nowhere").status, 404);
  EXPECT_EQ(client.get("/healthz").status, 200) << "nothing is left over of a HEAD";
}

TEST_F(Conformance, OptionsTellTheMethods) {
  auto client = server().client();
  EXPECT_EQ(client.ask("OPTIONS", "/healthz").field("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.ask("OPTIONS", "*").status, 204);
  EXPECT_EQ(client.ask("OPTIONS", "/nowhere").status, 404);
  const auto refused = client.ask("DELETE", "/healthz");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.field("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client.ask("PROPFIND", "/healthz").status, 405);
}

TEST_F(Conformance, AnOldClientIsTurnedAwayWhenAnswered) {
  auto client = server().client();
  client.send("GET /healthz HTTP/1.0\r\n\r\n");
  const std::string all = client.receive_until_closed();
  EXPECT_TRUE(all.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(all.find("Connection: close\r\n"), all.npos);
  auto kept = server().client();
  kept.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.receive().field("Connection"), "keep-alive");
  EXPECT_EQ(kept.get("/healthz").status, 200);
}

TEST_F(Conformance, ABodyIsAskedForWhenItsSenderWaits) {
  auto client = server().client();
  client.send(
      "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("{}");
  EXPECT_EQ(client.receive().status, 405);
  client.send(
      fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n"
                  "Expect: 100-continue\r\n\r\n",
                  net::web::kMaxBodyBytes + 1));
  EXPECT_TRUE(client.receive_until_closed().starts_with("HTTP/1.1 413 "));
}

TEST_F(Conformance, WhereTheFramingIsLostTheConnectionEnds) {
  const std::string smuggled = std::string(kGet);
  const std::vector<std::pair<int, std::string>> inputs = {
      {400,
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n"},
      {400, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 36\r\n\r\n"},
      {400, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\n\r\n"},
      {400, "GET / HTTP/1.1\nHost: a\n\n"},
      {501, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"},
      {505, "GET / HTTP/3.0\r\nHost: a\r\n\r\n"},
      {431, "GET / HTTP/1.1\r\nX: " + std::string(net::web::kMaxHeadBytes, 'x') + "\r\n\r\n"},
      {414, "GET /" + std::string(net::web::kMaxHeadBytes, 'x') + " HTTP/1.1\r\n\r\n"},
      {413, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n"},
      {400, "\x16\x03\x01\x02"},
      {400,
       "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer 1\r\nauthorization: Bearer 2\r\n\r\n"},
      {400, "GET / HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n\r\n"},
      {400, "POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"},
  };
  for (const auto& [status, input] : inputs) {
    auto client = server().client();
    client.send(input + smuggled);
    const std::string all = client.receive_until_closed();
    EXPECT_TRUE(all.starts_with(fmt::format("HTTP/1.1 {} ", status))) << input << all;
    EXPECT_EQ(count(all, "HTTP/1.1 "), 1U) << "what follows is not run: " << all;
    EXPECT_NE(all.find("Connection: close\r\n"), all.npos);
    EXPECT_NE(all.find("{\"code\":\""), all.npos) << all;
  }
}

TEST_F(Conformance, AMistakeOfTheRequestAloneKeepsTheConnection) {
  auto client = server().client();
  EXPECT_EQ(client.get("/nowhere").json().at("code"), "NOTFOUND");
  EXPECT_EQ(client.get("/healthz/").status, 404);
  EXPECT_EQ(client.get("/nothing").status, 404);
  EXPECT_EQ(client.ask("POST", "/healthz", "{}").status, 405);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(Conformance, HalfARequestIsWaitedForAndForgotten) {
  auto client = server().client();
  for (const char byte : kGet) client.send(std::string_view(&byte, 1));
  EXPECT_EQ(client.receive().status, 200);
  client.send("GET /hea");
  client.half_close();
  EXPECT_EQ(client.receive_until_closed(), "");
}

TEST_F(Conformance, EmptyLinesBeforeARequestAreForgiven) {
  auto client = server().client();
  client.send("\r\n\r\n");
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(Conformance, CurlUnderstandsIt) {
  const auto url = fmt::format("http://127.0.0.1:{}/healthz", server().port());
  const auto got = run({"curl", "-sS", "--max-time", "60", "-w", " %{http_code} %{num_connects}\n",
                        url, url, "-d", "x", "-H", "Transfer-Encoding: chunked", "-X", "GET"});
  EXPECT_EQ(got.status, 0);
  EXPECT_EQ(got.output, "{\"status\":\"ok\"}\n 200 1\n{\"status\":\"ok\"}\n 200 0\n");
  EXPECT_EQ(run({"curl", "-sS", "-I", "--max-time", "60", url}).status, 0);
}

}  // namespace
}  // namespace holdfast::test
