// Bytes as clients and the world send them: whole, in pieces, too many, broken, cut off.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "net/limits.h"
#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

class Framing : public testing::Test {
 protected:
  // The server is still there, and nothing was changed by what the test sent.
  void TearDown() override {
    auto client = server_.client();
    EXPECT_EQ(client.ask("PING"), "+PONG");
    EXPECT_EQ(last_seq(client), first_seq_);
    EXPECT_EQ(server_.daemon().stop(), 0) << server_.daemon().log();
  }

  std::int64_t seq() {
    auto client = server_.client();
    return last_seq(client);
  }

  DemoServer server_;
  std::int64_t first_seq_ = seq();
};

TEST_F(Framing, OneByteAtATimeIsARequestLikeAnyOther) {
  auto client = server_.client();
  for (const char byte : std::string("PING\r\n") + resp_request({"ECHO", "a b"})) {
    client.send(std::string_view(&byte, 1));
  }
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
  EXPECT_EQ(client.receive_raw(), "$3\r\na b\r\n");
}

TEST_F(Framing, TenThousandPipelinedRequestsAreAnsweredInOrder) {
  auto client = server_.client();
  std::string requests;
  for (int i = 0; i < 10'000; ++i) {
    requests +=
        i % 2 == 0 ? fmt::format("ECHO {}\n", i) : resp_request({"ECHO", fmt::format("{}", i)});
  }
  client.send(requests);
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(client.receive().text, fmt::format("{}", i));
}

TEST_F(Framing, LinesAndArraysMixAndEachIsAnsweredInItsShape) {
  auto client = server_.client();
  client.send("WHOAMI\n" + resp_request({"WHOAMI"}));
  EXPECT_EQ(client.receive().type, '+');
  EXPECT_EQ(client.receive().type, '*');
}

TEST_F(Framing, EmptyLinesAreNoRequests) {
  auto client = server_.client();
  client.send("\n\r\n   \nPING\n");
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
}

TEST_F(Framing, HalfARequestThenSilenceDisturbsNobody) {
  auto silent = server_.client();
  silent.send("BOOK ticket 1");
  auto other = server_.client();
  EXPECT_EQ(other.ask("PING"), "+PONG");
}

TEST_F(Framing, HalfARequestThenEndOfInputIsNotARequest) {
  auto client = server_.client();
  client.send("PING\nPING");
  client.half_close();
  EXPECT_EQ(client.receive_until_closed(), "+PONG\r\n");
}

TEST_F(Framing, RepliesStillComeAfterHalfClose) {
  auto client = server_.client();
  std::string requests;
  std::string replies;
  for (int i = 0; i < 500; ++i) {
    requests += "PING\n";
    replies += "+PONG\r\n";
  }
  client.send(requests);
  client.half_close();
  EXPECT_EQ(client.receive_until_closed(), replies);
}

TEST_F(Framing, AResetIsTakenAsAnEnd) {
  for (int i = 0; i < 20; ++i) {
    auto client = server_.client();
    client.send("PING\nPING\nECHO half");
    client.reset();
  }
}

TEST_F(Framing, QuitAnswersThenCloses) {
  auto client = server_.client();
  client.send("QUIT\nPING\n");
  EXPECT_EQ(client.receive_until_closed(), "+OK\r\n");
}

TEST_F(Framing, BrowsersAreTurnedAwayAtOnce) {
  for (const auto* first : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /book HTTP/1.1\r\n\r\n",
                            "PUT / HTTP/1.0\r\n\r\n", "HEAD / HTTP/1.1\r\n\r\n",
                            "OPTIONS * HTTP/1.1\r\n\r\n", "Host: example.org\r\n\r\n"}) {
    auto client = server_.client();
    client.try_send(first);
    const auto said = client.receive_until_closed();
    EXPECT_TRUE(said.empty() || said.starts_with("-PROTO")) << first << said;
  }
}

// A page that smuggles a booking behind its headers gets nothing done.
TEST_F(Framing, WhatFollowsAnHttpRequestIsNotRun) {
  auto client = server_.client();
  client.try_send("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\nREGISTER eve secret\r\n");
  EXPECT_EQ(client.receive_until_closed().find("+OK"), std::string::npos);
}

TEST_F(Framing, AnOverlongLineIsRefusedAndTheNextOneRuns) {
  auto client = server_.client();
  client.send("ECHO " + std::string(net::kMaxLineBytes, 'x') + "\nPING\n");
  const auto refusal = client.receive();
  EXPECT_EQ(refusal.text.substr(0, 5), "LIMIT") << refusal.text;
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
}

TEST_F(Framing, ALineOfJustTheBoundIsServed) {
  auto client = server_.client();
  const std::string text(net::kMaxLineBytes - 5, 'x');
  client.send("ECHO " + text + "\n");
  EXPECT_EQ(client.receive().text, text);
}

TEST_F(Framing, AnOverlongBulkIsRefusedAndTheNextRequestRuns) {
  auto client = server_.client();
  client.send(resp_request({"ECHO", std::string(net::kMaxBulkBytes + 1, 'x')}) +
              resp_request({"PING"}));
  EXPECT_EQ(client.receive().text.substr(0, 5), "LIMIT");
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
}

TEST_F(Framing, TooManyArgumentsAreRefusedAndTheNextRequestRuns) {
  auto client = server_.client();
  std::vector<std::string> words(net::kMaxArguments + 1, "x");
  words[0] = "ECHO";
  client.send(resp_request(words) + resp_request({"PING"}));
  EXPECT_EQ(client.receive().text.substr(0, 5), "LIMIT");
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
}

TEST_F(Framing, MalformedFramesAreNamedAndEndTheConnection) {
  for (const auto* bytes :
       {"*x\r\n", "*1\r\n+PING\r\n", "*1\r\n$-5\r\n", "*1\r\n$4\r\nPINGxx",
        "*1\r\n$99999999999999999999\r\n", "*99999999999999999999\r\n", "*1\r\n:4\r\n"}) {
    auto client = server_.client();
    client.try_send(bytes);
    client.half_close();
    const auto said = client.receive_until_closed();
    EXPECT_EQ(said.substr(0, 6), "-PROTO") << bytes << " got " << said;
  }
}

TEST_F(Framing, BadQuotesAreASyntaxErrorAndTheConnectionGoesOn) {
  auto client = server_.client();
  for (const auto* line : {"ECHO \"open", "ECHO 'open", "ECHO \"a\\q\"", "ECHO \"a\"b"}) {
    EXPECT_EQ(client.ask(line).substr(0, 7), "-SYNTAX") << line;
  }
  EXPECT_EQ(client.ask("ECHO \"a b\""), "+a b");
}

TEST_F(Framing, UnknownCommandsAreASyntaxErrorThatQuotesThem) {
  auto client = server_.client();
  const auto reply = client.ask("BOOOK ticket 1");
  EXPECT_EQ(reply.substr(0, 7), "-SYNTAX");
  EXPECT_NE(reply.find("BOOOK"), std::string::npos) << reply;
}

TEST_F(Framing, NoiseDoesNotHarmTheServer) {
  std::string noise;
  std::uint32_t state = 4653;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    noise += static_cast<char>(state >> 24);
  }
  auto client = server_.client();
  client.try_send(noise);
}

TEST_F(Framing, HelloThreeSpeaksMaps) {
  auto client = server_.client();
  const auto hello = client.command({"HELLO", "3"});
  EXPECT_EQ(hello.type, '%');
  EXPECT_EQ(hello.field("proto"), "3");
  EXPECT_EQ(client.command({"WHOAMI"}).type, '%');
  EXPECT_EQ(client.command({"HELLO", "2"}).type, '*');
  EXPECT_EQ(client.command({"WHOAMI"}).type, '*');
}

TEST_F(Framing, HelloCanFixTheShape) {
  auto client = server_.client();
  client.command({"HELLO", "2", "FORMAT", "lines"});
  EXPECT_EQ(client.command({"WHOAMI"}).type, '+');
  client.ask("HELLO 2 FORMAT fields");
  client.send("WHOAMI\n");
  EXPECT_EQ(client.receive().type, '*');
}

}  // namespace
}  // namespace holdfast::test
