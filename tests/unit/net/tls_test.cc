#include "net/tls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/client/resp_client.h"
#include "tests/support/daemon.h"
#include "tests/unit/net/running_server.h"

namespace holdfast::net {
namespace {

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    const auto made = test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                                 "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                                 file("key"), "-out", file("pem")});
    if (made.status != 0) throw std::runtime_error(made.output);
  }

  std::string file(std::string_view name) const { return (directory_ / name).string(); }
  Dialect encrypted() const {
    auto tls = std::make_shared<TlsServer>();
    const auto loaded = tls->load(file("pem"), file("key"));
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message();
    Dialect dialect = native_dialect();
    dialect.tls = std::move(tls);
    return dialect;
  }
  Result<RespClient> connect(const RunningServer& server) const {
    return RespClient::connect(
        {.host = "127.0.0.1", .port = server.port, .tls = true, .authorities = file("pem")});
  }

  test::TempDirectory directory_;
};

TEST_F(TlsTest, WhatIsLongArrivesWholeBothWays) {
  RunningServer server({}, encrypted());
  auto client = connect(server);
  ASSERT_TRUE(client.has_value()) << client.error().message();
  const auto big = client->ask({"BIG", "5000000"});
  ASSERT_TRUE(big.has_value()) << big.error().message();
  EXPECT_EQ(big->text.size(), 5'000'000U);
  const std::string text(60'000, 'x');
  const std::vector<std::string_view> echo = {"ECHO", text};
  for (int i = 0; i < 20; ++i) client->queue(echo);
  ASSERT_TRUE(client->flush().has_value());
  for (int i = 0; i < 20; ++i) {
    const auto reply = client->read_reply();
    ASSERT_TRUE(reply.has_value()) << reply.error().message();
    EXPECT_EQ(reply->text, text);
  }
}

// More than one turn's share of handshakes.
TEST_F(TlsTest, ManyComeAtOnceAndAllAreServed) {
  RunningServer server({}, encrypted());
  std::atomic<int> served = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < 4 * static_cast<int>(kMaxHandshakesPerTurn); ++i) {
    crowd.emplace_back([&] {
      auto client = connect(server);
      if (!client) return;
      const auto pong = client->ask({"PING"});
      if (pong && pong->text == "PONG") ++served;
    });
  }
  for (auto& client : crowd) client.join();
  EXPECT_EQ(served, 4 * static_cast<int>(kMaxHandshakesPerTurn));
}

TEST_F(TlsTest, AHandshakeThatNeverEndsIsClosed) {
  ServerOptions options;
  options.limits.handshake_time = Duration::milliseconds(20);
  RunningServer server(options, encrypted());
  auto silent = server.client();
  auto half = server.client();
  half.send("\x16\x03\x01\x02");
  EXPECT_EQ(silent.receive_until_closed(), "");
  EXPECT_EQ(half.receive_until_closed(), "");
}

TEST_F(TlsTest, AFinishedHandshakeHasTheTimeOfAnyConnection) {
  ServerOptions options;
  options.limits.handshake_time = Duration::milliseconds(200);
  options.limits.first_request_time = Duration::seconds(60);
  RunningServer server(options, encrypted());
  auto client = connect(server);
  ASSERT_TRUE(client.has_value()) << client.error().message();
  auto silent = server.client();
  EXPECT_EQ(silent.receive_until_closed(), "");  // the time for handshakes is over
  const auto pong = client->ask({"PING"});
  ASSERT_TRUE(pong.has_value()) << pong.error().message();
  EXPECT_EQ(pong->text, "PONG");
}

TEST_F(TlsTest, FilesThatAreNoCertificateAreNamed) {
  TlsServer server;
  const auto missing = server.load(file("nothing"), file("key"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code(), Code::kConfig);
  EXPECT_NE(missing.error().message().find(file("nothing")), std::string::npos);
  EXPECT_FALSE(server.load(file("pem"), file("pem")).has_value());
  EXPECT_FALSE(TlsClient::create(file("key")).has_value());
}

}  // namespace
}  // namespace holdfast::net
