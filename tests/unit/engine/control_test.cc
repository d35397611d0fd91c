// DRAIN, RESUME, CHECKPOINT, SHUTDOWN, CLOCK, CONFIG, SLOWLOG, CLIENT: how an admin runs the
// server.

#include "engine/commands/control.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/configuration.h"
#include "engine/slow_log.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

class ControlTest : public ::testing::Test {
 protected:
  std::string code(std::string_view line) { return machine_.code(admin_, line); }
  std::string field(std::string_view line, std::string_view name) {
    return machine_.field(admin_, line, name);
  }
  // A field of each row.
  std::vector<std::string> column(std::string_view line, std::string_view name) {
    const auto reply = machine_.run(admin_, line);
    if (!reply) return {reply.error().to_string()};
    std::vector<std::string> all;
    for (const Value& row : std::get<List>(reply->value.data)) {
      const Value* value = std::get<Record>(row.data).find(name);
      all.push_back(value == nullptr ? "" : test::text_of(*value));
    }
    return all;
  }

  test::Machine machine_;
  Session& admin_ = machine_.connect_as_admin();
};

TEST_F(ControlTest, DrainStopsWhatTakesStockAndNothingElse) {
  ASSERT_EQ(code("HOLD show 1"), "OK");
  EXPECT_EQ(field("DRAIN", "sales"), "stopped");
  EXPECT_EQ(field("DRAIN", "already"), "1");
  EXPECT_EQ(code("HOLD show 2"), "DRAINING");
  EXPECT_EQ(code("DRYRUN BOOK show 2"), "DRAINING");
  EXPECT_EQ(code("AVAIL show"), "OK");
  const std::string held = column("LIST show", "locator").at(0);
  EXPECT_EQ(code(fmt::format("CONFIRM {}", held)), "OK");
  EXPECT_EQ(code(fmt::format("CANCEL {}", held)), "OK");
  EXPECT_EQ(field("RESUME", "sales"), "open");
  EXPECT_EQ(code("HOLD show 2"), "OK");
}

TEST_F(ControlTest, CheckpointAnswersWhenAllIsInTheBase) {
  ASSERT_EQ(code("HOLD show 1"), "OK");
  const auto seq = std::to_string(machine_.store().last_seq().value);
  EXPECT_EQ(field("CHECKPOINT", "applied"), seq);
}

TEST_F(ControlTest, ShutdownIsForNetToDo) {
  EXPECT_FALSE(machine_.engine().ending());
  EXPECT_EQ(code("SHUTDOWN"), "OK");
  EXPECT_TRUE(machine_.engine().ending());
}

TEST_F(ControlTest, AcceptingAStepOfTheClockMovesAllDeadlines) {
  ASSERT_EQ(code("HOLD show 1 ttl=10m"), "OK");
  const std::string locator = column("LIST show", "locator").at(0);
  EXPECT_EQ(field("CLOCK", "alarm"), "0");
  EXPECT_EQ(field("CLOCK ACCEPT", "already"), "1");
  machine_.clock().wall_step_us += 3600LL * 1'000'000;
  EXPECT_EQ(field("CLOCK", "alarm"), "1");
  EXPECT_EQ(field("CLOCK ACCEPT", "holds"), "1");
  EXPECT_EQ(machine_.last_words(), "CLOCK ACCEPT");
  machine_.turn();
  EXPECT_EQ(field("CLOCK", "alarm"), "0");
  EXPECT_EQ(field(fmt::format("SHOW {}", locator), "status"), "held");
  machine_.clock().passed_us += 599LL * 1'000'000;
  machine_.turn();
  EXPECT_EQ(field(fmt::format("SHOW {}", locator), "status"), "held");
  machine_.clock().passed_us += 2LL * 1'000'000;
  machine_.turn();
  EXPECT_EQ(field(fmt::format("SHOW {}", locator), "status"), "expired");
}

TEST_F(ControlTest, AClockThatWasSetBackIsNotFollowed) {
  ASSERT_EQ(code("HOLD show 1 ttl=10m"), "OK");
  machine_.clock().wall_step_us -= 3600LL * 1'000'000;
  EXPECT_EQ(field("CLOCK", "alarm"), "1");
  EXPECT_EQ(code("CLOCK ACCEPT"), "STATE");
  EXPECT_EQ(field("CLOCK ACCEPT", "step"), "-3600");
  machine_.clock().passed_us += 601LL * 1'000'000;
  machine_.turn();
  EXPECT_EQ(column("LIST show", "status").at(0), "expired");
}

class FakeConfiguration : public Configuration {
 public:
  std::vector<Setting> settings() const override {
    return {
        {"net.drain", "5s", false}, {"net.idle_timeout", idle, true}, {"log.level", "info", true}};
  }
  Result<void> set(std::string_view name, std::string_view value) override {
    if (name != "net.idle_timeout") return error(Code::kState, "not while the server runs");
    idle = value;
    return {};
  }
  std::string idle = "0";
};

TEST_F(ControlTest, ConfigShowsAndSetsWhatTheProgramKnows) {
  EXPECT_EQ(code("CONFIG GET *"), "STATE");
  FakeConfiguration options;
  machine_.engine().use(&options);
  EXPECT_EQ(column("CONFIG GET net.*", "name"),
            (std::vector<std::string>{"net.drain", "net.idle_timeout"}));
  EXPECT_EQ(column("CONFIG GET *", "settable"), (std::vector<std::string>{"0", "1", "1"}));
  EXPECT_EQ(field("CONFIG SET net.idle_timeout 10m", "persisted"), "0");
  EXPECT_EQ(column("CONFIG GET net.i*", "value"), std::vector<std::string>{"10m"});
  EXPECT_EQ(code("CONFIG SET net.drain 1s"), "STATE");
  machine_.engine().use(nullptr);
}

TEST_F(ControlTest, SlowCommandsAreKeptWithoutSecretsAndNames) {
  machine_.engine().slow_log().set_threshold({});
  Session& guest = machine_.connect();
  machine_.code(guest, "REGISTER ana secret-word");
  machine_.code(guest, "NOSUCH command");
  machine_.code(guest, "MINE n=x");
  EXPECT_EQ(column("SLOWLOG GET 2", "command"),
            (std::vector<std::string>{"MINE n=x", "REGISTER @"}));
  EXPECT_EQ(field("SLOWLOG RESET", "x"), "");
  EXPECT_EQ(column("SLOWLOG", "command"), std::vector<std::string>{"SLOWLOG RESET"});
  machine_.engine().slow_log().set_threshold(Duration::seconds(3600));
  EXPECT_EQ(code("PING"), "OK");
  EXPECT_EQ(column("SLOWLOG", "command").front(), "SLOWLOG");
}

TEST_F(ControlTest, ConnectionsAreListedByNumber) {
  Session& guest = machine_.connect();
  machine_.code(guest, "CLIENT SETNAME till-3");
  EXPECT_EQ(column("CLIENT LIST", "name"), (std::vector<std::string>{"", "till-3"}));
  EXPECT_EQ(column("CLIENT LIST after=1 n=1", "requests"), std::vector<std::string>{"1"});
  machine_.code(guest, "RESET");
  EXPECT_EQ(column("CLIENT LIST", "name"), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(machine_.code(guest, "CLIENT LIST"), "NOAUTH");
}

TEST_F(ControlTest, AKilledConnectionIsNetsToClose) {
  Session& guest = machine_.connect();
  const auto id = std::to_string(guest.id.value);
  EXPECT_EQ(code(fmt::format("CLIENT KILL {}", id)), "OK");
  EXPECT_EQ(machine_.engine().take_hangups(), std::vector<SessionId>{guest.id});
  EXPECT_TRUE(machine_.engine().take_hangups().empty());
  EXPECT_EQ(code(fmt::format("CLIENT KILL {}", std::to_string(admin_.id.value))), "OK");
  EXPECT_TRUE(admin_.quitting);
  EXPECT_TRUE(machine_.engine().take_hangups().empty());
  EXPECT_EQ(code("CLIENT KILL 999"), "NOTFOUND");
}

TEST_F(ControlTest, AnAccountMadeByAnAdminLogsInUntilItsPasswordIsSetAnew) {
  EXPECT_EQ(field("USER ADD carl first role=agent", "role"), "agent");
  EXPECT_EQ(machine_.last_words(), "USER ADD @account:1 role=agent");
  EXPECT_EQ(admin_.account, AccountId{});
  Session& carl = machine_.connect();
  ASSERT_EQ(machine_.code(carl, "AUTH carl first"), "OK");
  EXPECT_EQ(field("USER PASSWD carl second", "name"), "carl");
  EXPECT_EQ(machine_.last_words(), "USER PASSWD @account:1");
  EXPECT_EQ(carl.account, AccountId{});
  EXPECT_EQ(machine_.code(carl, "AUTH carl first"), "NOAUTH");
  EXPECT_EQ(machine_.code(carl, "AUTH carl second"), "OK");
}

}  // namespace
}  // namespace holdfast::engine
