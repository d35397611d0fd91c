#include <gtest/gtest.h>

#include "engine/command_table.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

TEST(SessionCommands, PingAndEchoAnswer) {
  Machine machine;
  Session& guest = machine.connect();
  EXPECT_EQ(test::text_of(machine.run(guest, "PING")->value), "PONG");
  EXPECT_EQ(test::text_of(machine.run(guest, "ping \"hello you\"")->value), "hello you");
  EXPECT_EQ(test::text_of(machine.run(guest, "ECHO a=b")->value), "a=b");
  EXPECT_EQ(machine.code(guest, "ECHO"), "ARGS");
}

TEST(SessionCommands, HelloTellsWhoTheServerIs) {
  Machine machine;
  Session& guest = machine.connect();
  const auto reply = machine.run(guest, "HELLO 3");
  ASSERT_TRUE(reply);
  EXPECT_EQ(test::field_of_reply(*reply, "server"), "holdfast");
  EXPECT_EQ(test::field_of_reply(*reply, "proto"), "3");
  EXPECT_EQ(test::field_of_reply(*reply, "history"), "feed");
  EXPECT_EQ(guest.resp, 3);
  EXPECT_EQ(machine.code(guest, "HELLO 4"), "BADVALUE");
  EXPECT_EQ(guest.resp, 3);
}

TEST(SessionCommands, HelloFixesShapeAndLogsIn) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  Session& guest = machine.connect();
  EXPECT_EQ(machine.field(guest, "HELLO 3 AUTH ana secret FORMAT lines", "role"), "customer");
  EXPECT_EQ(guest.resp, 3);
  EXPECT_EQ(guest.shape, Shape::kLines);
  EXPECT_EQ(guest.name, "ana");
  EXPECT_EQ(machine.code(guest, "HELLO 3 FORMAT tables"), "BADVALUE");
  EXPECT_EQ(machine.code(guest, "HELLO 3 AUTH ana"), "ARGS");
  EXPECT_EQ(machine.code(guest, "HELLO FORMAT fields"), "OK");
  EXPECT_EQ(guest.shape, Shape::kFields);
}

TEST(SessionCommands, HelloWithAWrongPasswordChangesNothing) {
  Machine machine;
  Session& guest = machine.connect();
  EXPECT_EQ(machine.code(guest, "HELLO 3 AUTH ana wrong"), "NOAUTH");
  EXPECT_EQ(guest.resp, 2);
  EXPECT_EQ(guest.role, Role::kGuest);
}

TEST(SessionCommands, StaffAreToldThatANameIsUnknown) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  Session& house = machine.connect_to("show");
  for (int i = 0; i < 30; ++i) {  // no tries are used up
    EXPECT_EQ(machine.field(house, "AUTH ben secret", "account"), "unknown");
  }
  EXPECT_EQ(machine.code(house, "AUTH ben secret"), "NOAUTH");
  EXPECT_EQ(machine.code(house, "AUTH b:n secret"), "BADVALUE");
  EXPECT_EQ(machine.code(house, "AUTH " + std::string(65, 'b') + " secret"), "LIMIT");
  EXPECT_EQ(machine.code(house, "AUTH ben " + std::string(257, 'x')), "LIMIT");
  EXPECT_EQ(machine.code(house, "AUTH ana wrong"), "NOAUTH");
  EXPECT_EQ(machine.field(house, "AUTH ana wrong", "account"), "");
  EXPECT_EQ(house.role, Role::kAgent);
  EXPECT_EQ(machine.field(machine.connect(), "AUTH ben secret", "account"), "");  // nobody else
}

TEST(SessionCommands, ResetMakesTheSessionAsNew) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  ASSERT_EQ(machine.code(guest, "HELLO 3 FORMAT lines"), "OK");
  ASSERT_EQ(machine.code(guest, "WATCH show"), "OK");
  EXPECT_EQ(test::text_of(machine.run(guest, "RESET")->value), "RESET");
  EXPECT_EQ(machine.field(guest, "WHOAMI", "role"), "guest");
  EXPECT_EQ(guest.resp, 2);
  EXPECT_TRUE(guest.watched.empty());
}

TEST(SessionCommands, ResetGoesBackToTheRoleOfThePeer) {
  Machine machine;
  Session& session = machine.connect_to("show");
  EXPECT_EQ(machine.field(session, "WHOAMI", "role"), "agent");
  ASSERT_EQ(machine.field(session, "REGISTER ana secret", "role"), "customer");
  EXPECT_EQ(machine.code(session, "LIST show"), "DENIED");
  ASSERT_EQ(machine.code(session, "RESET"), "OK");
  EXPECT_EQ(machine.field(session, "WHOAMI", "role"), "agent");
  EXPECT_EQ(machine.code(session, "LIST show"), "OK");
}

TEST(SessionCommands, TimeIsCommandTime) {
  Machine machine;
  EXPECT_EQ(machine.field(machine.connect(), "TIME", "time").substr(0, 19), "2026-12-01T10:00:00");
}

TEST(SessionCommands, ClientIdIsTheSession) {
  Machine machine;
  Session& first = machine.connect();
  Session& second = machine.connect();
  EXPECT_EQ(test::text_of(machine.run(first, "CLIENT ID")->value), "1");
  EXPECT_EQ(test::text_of(machine.run(second, "CLIENT ID")->value), "2");
}

TEST(SessionCommands, CommandCountCountsVerbs) {
  Machine machine;
  const auto reply = machine.run(machine.connect(), "COMMAND COUNT");
  const auto count = std::get<std::int64_t>(reply->value.data);
  EXPECT_GT(count, 10);
  EXPECT_LE(count, static_cast<std::int64_t>(command_table().size()));
}

TEST(SessionCommands, InfoShowsAllSectionsOrOne) {
  Machine machine;
  Session& guest = machine.connect();
  const std::string all = test::text_of(machine.run(guest, "INFO")->value);
  for (const char* part : {"# server\r\n", "# store\r\n", "# engine\r\n", "# clients\r\n",
                           "history:feed\r\n", "sessions:1\r\n"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part;
  }
  const std::string commands = test::text_of(machine.run(guest, "INFO commands")->value);
  EXPECT_EQ(commands.find("# server"), std::string::npos);
  EXPECT_NE(commands.find("cmdstat_info:calls=1,errors=0"), std::string::npos);
  EXPECT_EQ(machine.code(guest, "INFO nosuch"), "BADVALUE");
}

}  // namespace
}  // namespace holdfast::engine
