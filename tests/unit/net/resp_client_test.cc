#include "net/client/resp_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>
#include <thread>

#include "tests/unit/net/running_server.h"

namespace holdfast::net {
namespace {

using testing::HasSubstr;
using Kind = RespValue::Kind;

// A client whose server's bytes are written by the test.
class ScriptedServer {
 public:
  ScriptedServer() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    server_ = FileDescriptor(ends[0]);
    client.emplace(RespClient::over(FileDescriptor(ends[1])));
  }
  void say(std::string_view bytes) {
    ASSERT_EQ(::send(server_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void hang_up() { server_.close(); }

  std::optional<RespClient> client;

 private:
  FileDescriptor server_;
};

TEST(RespClient, TalksToAServerOverTcpAndUnixSockets) {
  RunningServer running;
  ServerAddress tcp;
  tcp.port = running.port;
  ServerAddress local;
  local.socket = running.admin_path();
  for (const ServerAddress& address : {tcp, local}) {
    auto client = RespClient::connect(address);
    ASSERT_TRUE(client) << client.error().to_string();
    const auto reply = client->ask({"ECHO", "two words\r\n"});
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->text, "two words\r\n");
  }
}

TEST(RespClient, ReadsRecordsOfBothVersions) {
  RunningServer running;
  auto client = RespClient::connect({.port = running.port});
  ASSERT_TRUE(client);
  for (const Kind kind : {Kind::kList, Kind::kMap}) {
    const auto record = client->ask({"RECORD"});
    ASSERT_TRUE(record);
    EXPECT_EQ(record->kind, kind);
    ASSERT_NE(record->find("guest"), nullptr);
    EXPECT_EQ(record->find("guest")->text, "Ana Ruiz");
    EXPECT_EQ(record->find("total")->number, 36000);
    EXPECT_EQ(record->find("items")->items.size(), 2U);
    EXPECT_EQ(record->find("nothing"), nullptr);
    ASSERT_TRUE(client->ask({"RESP3"}));
  }
}

TEST(RespClient, AnErrorReplyIsAValue) {
  RunningServer running;
  auto client = RespClient::connect({.port = running.port});
  ASSERT_TRUE(client);
  const auto reply = client->ask({"FAIL", "F11"});
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->is_error());
  EXPECT_EQ(reply->error_code(), "TAKEN");
  EXPECT_EQ(reply->text, "TAKEN a unit is taken unit=F11 seq=0");
}

TEST(RespClient, PipelinedRepliesComeInOrder) {
  RunningServer running;
  auto client = RespClient::connect({.port = running.port});
  ASSERT_TRUE(client);
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    const std::string_view words[] = {"ECHO", number};
    client->queue(words);
  }
  ASSERT_TRUE(client->flush());
  for (int i = 0; i < 500; ++i) EXPECT_EQ(client->read_reply()->text, std::to_string(i));
}

TEST(RespClient, PushFramesDoNotDisturbReplies) {
  RunningServer running;
  auto client = RespClient::connect({.port = running.port});
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->ask({"RESP3"}));
  ASSERT_TRUE(client->ask({"WATCH", "gala"}));
  running.service.change("gala", "F11");
  const auto push = client->next_push(Duration::seconds(20));
  ASSERT_TRUE(push && *push);
  EXPECT_EQ((*push)->kind, Kind::kPush);
  EXPECT_EQ((*push)->items[2].text, "F11");
  running.service.change("gala", "F12");
  EXPECT_EQ(client->ask({"PING"})->text, "PONG");
  const auto second = client->next_push(Duration::seconds(20));
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->items[2].text, "F12");
}

TEST(RespClient, NoPushWithinTheTimeIsNothing) {
  ScriptedServer server;
  const auto push = server.client->next_push(Duration::milliseconds(1));
  ASSERT_TRUE(push);
  EXPECT_FALSE(push->has_value());
}

TEST(RespClient, ReadsEveryKindOfValue) {
  ScriptedServer server;
  server.say(
      "+OK\r\n:-5\r\n$-1\r\n_\r\n$0\r\n\r\n*-1\r\n#t\r\n,1.5\r\n=5\r\ntxt:a\r\n!3\r\nE x\r\n"
      "~1\r\n:1\r\n*0\r\n");
  RespClient& client = *server.client;
  EXPECT_EQ(client.read_reply()->kind, Kind::kStatus);
  EXPECT_EQ(client.read_reply()->number, -5);
  EXPECT_EQ(client.read_reply()->kind, Kind::kNull);
  EXPECT_EQ(client.read_reply()->kind, Kind::kNull);
  EXPECT_EQ(client.read_reply()->kind, Kind::kText);
  EXPECT_EQ(client.read_reply()->kind, Kind::kNull);
  EXPECT_EQ(client.read_reply()->number, 1);
  EXPECT_EQ(client.read_reply()->text, "1.5");
  EXPECT_EQ(client.read_reply()->text, "a");
  EXPECT_EQ(client.read_reply()->error_code(), "E");
  EXPECT_EQ(client.read_reply()->items.size(), 1U);
  EXPECT_EQ(client.read_reply()->kind, Kind::kList);
}

TEST(RespClient, WhatIsNotRespEndsTheConnection) {
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "*1\r\n";
  for (const std::string& bytes :
       {std::string("HTTP/1.1 400\r\n"), std::string(":x\r\n"), std::string("$5\r\nabcdefg\r\n"),
        std::string("*99999999999\r\n"), std::string("\r\n"), std::string("$-7\r\n"), nested}) {
    ScriptedServer server;
    server.say(bytes);
    const auto reply = server.client->read_reply();
    ASSERT_FALSE(reply) << bytes;
    EXPECT_EQ(reply.error().code(), Code::kProto) << bytes;
    EXPECT_FALSE(server.client->connected());
  }
}

TEST(RespClient, AClosedConnectionIsToldAndCanBeMadeAnew) {
  RunningServer running;
  auto client = RespClient::connect({.port = running.port});
  ASSERT_TRUE(client);
  ASSERT_TRUE(client->ask({"QUIT"}));
  const auto gone = client->ask({"PING"});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), Code::kIo);
  ASSERT_TRUE(client->reconnect());
  EXPECT_EQ(client->ask({"PING"})->text, "PONG");
}

TEST(RespClient, AReplyThatDoesNotComeIsATimeOut) {
  RunningServer running({.drain_time = Duration::milliseconds(1)});
  auto client =
      RespClient::connect({.port = running.port, .reply_time = Duration::milliseconds(10)});
  ASSERT_TRUE(client);
  const auto reply = client->ask({"LATER"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::kIo);
  EXPECT_THAT(reply.error().message(), HasSubstr("10 ms"));
}

TEST(RespClient, NobodyListeningIsAnError) {
  const auto client = RespClient::connect({.socket = "/nonexistent/holdfast.sock"});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code(), Code::kIo);
  EXPECT_THAT(client.error().message(), HasSubstr("/nonexistent/holdfast.sock"));
}

TEST(RespClient, AValueCutShortByTheServerIsAnError) {
  ScriptedServer server;
  server.say("*2\r\n$3\r\nab");
  server.hang_up();
  const auto reply = server.client->read_reply();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code(), Code::kIo);
}

}  // namespace
}  // namespace holdfast::net
