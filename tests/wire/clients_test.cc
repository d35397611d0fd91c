// Programs we did not write, and our own, as clients of a running server.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

class Clients : public testing::Test {
 protected:
  std::string port() const { return fmt::format("{}", server_.port()); }

  Outcome redis_cli(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), {"redis-cli", "-p", port()});
    return run(words, input);
  }
  Outcome holdfast(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), {holdfast_path(), "-p", port()});
    return run(words, input);
  }
  Outcome netcat(std::string_view input) const {
    return run({"nc", "-N", "127.0.0.1", port()}, input);
  }

  DemoServer server_;
};

TEST_F(Clients, RedisCliRunsOneCommand) {
  const auto pong = redis_cli({"PING"});
  EXPECT_EQ(pong.status, 0);
  EXPECT_EQ(pong.output, "PONG\n");
}

TEST_F(Clients, RedisCliShowsARecordAsNamesAndValues) {
  const auto shown = redis_cli({"OFFERING", "SHOW", "gala"});
  EXPECT_EQ(shown.status, 0);
  EXPECT_NE(shown.output.find("offering\ngala\n"), std::string::npos) << shown.output;
}

TEST_F(Clients, RedisCliBooksOverThree) {
  const auto all = redis_cli({"-3"}, "REGISTER ana \"open sesame\"\nBOOK ticket 7\nMINE\n");
  EXPECT_EQ(all.status, 0);
  EXPECT_NE(all.output.find("confirmed"), std::string::npos) << all.output;
}

// At a terminal it asks for COMMAND DOCS first, and is strict about the answer. A dumb one, so that
// it does not also ask the terminal where its cursor is.
TEST_F(Clients, RedisCliStartsAtATerminal) {
  const auto session = run({"script", "-qec", "TERM=dumb redis-cli -p " + port(), "/dev/null"},
                           "HELP HOLD\nAVAIL ticket\nQUIT\n");
  EXPECT_EQ(session.status, 0) << session.output;
  EXPECT_NE(session.output.find("ticket"), std::string::npos) << session.output;
  EXPECT_EQ(session.output.find("Assertion"), std::string::npos) << session.output;
}

TEST_F(Clients, NetcatHoldsASession) {
  const auto said = netcat(
      "REGISTER bob \"open sesame\"\nHOLD gala F11 F12 ttl=10m\nBOOK ticket 1\nBOOK ticket "
      "1\nQUIT\n");
  EXPECT_EQ(said.status, 0);
  EXPECT_NE(said.output.find("status=held"), std::string::npos) << said.output;
  EXPECT_NE(said.output.find("status=confirmed"), std::string::npos) << said.output;
  EXPECT_NE(said.output.find("-TAKEN"), std::string::npos) << said.output;
}

TEST_F(Clients, HoldfastRunsOneCommandAndTellsByItsStatus) {
  EXPECT_EQ(holdfast({"PING"}).status, 0);
  EXPECT_EQ(holdfast({"PING"}).output, "PONG\n");
  EXPECT_NE(holdfast({"SHOW", "ZZZZZZ"}).status, 0);
}

TEST_F(Clients, HoldfastReadsCommandsFromStandardInputAndFromAFile) {
  const std::string commands =
      "# a comment\n\nREGISTER carol \"open sesame\"\nBOOK ticket 3\nMINE\n";
  const auto piped = holdfast({}, commands);
  EXPECT_EQ(piped.status, 0) << piped.output;
  EXPECT_NE(piped.output.find("confirmed"), std::string::npos) << piped.output;

  const auto file = server_.directory() / "commands.holdfast";
  write_file(file, "AVAIL ticket\n");
  const auto read = holdfast({"-f", file.string()});
  EXPECT_EQ(read.status, 0) << read.output;
  EXPECT_NE(read.output.find("49"), std::string::npos) << read.output;
}

// Whatever locale the person has: what is typed at the prompt is UTF-8, as all of the protocol is.
TEST_F(Clients, HoldfastTakesTypedLettersOfAllLanguages) {
  // libedit keeps what it has until the process ends.
  const std::string no_leak_check = "ASAN_OPTIONS=detect_leaks=0";
  for (const std::string locale : {"", "C", "C.UTF-8"}) {
    const std::string name = "zoë" + locale;
    const auto command =
        fmt::format("env -u LC_ALL -u LC_CTYPE LANG={} TERM=xterm {} HOME={} {} -p {}", locale,
                    no_leak_check, server_.directory().path().string(), holdfast_path(), port());
    const auto session =
        run({"script", "-qec", command, "/dev/null"}, fmt::format("REGISTER {} 'open sesame'\n"
                                                                  "HOLD gala n=1 guest='José 名'\n"
                                                                  "QUIT\n",
                                                                  name));
    EXPECT_EQ(session.status, 0) << session.output;
    auto admin = server_.admin();
    const auto users = admin.command({"USER", "LIST"}).to_string();
    EXPECT_NE(users.find(name), std::string::npos) << locale << users;
  }
  auto admin = server_.admin();
  const auto held = admin.command({"LIST", "gala"});
  ASSERT_EQ(held.items.size(), 3U);
  for (const auto& row : held.items) EXPECT_EQ(row.find("guest")->text, "José 名");
}

TEST_F(Clients, HoldfastSpeaksToTheAdminSocket) {
  const auto who = run({holdfast_path(), "--socket", server_.daemon().socket().string(), "WHOAMI"});
  EXPECT_EQ(who.status, 0);
  EXPECT_NE(who.output.find("admin"), std::string::npos) << who.output;
}

TEST_F(Clients, HoldfastSaysWhenNobodyAnswers) {
  server_.daemon().stop();
  EXPECT_NE(holdfast({"PING"}).status, 0);
}

// The neutral load generator: it stops at the first error reply, so its figures mean successes.
TEST_F(Clients, RedisBenchmarkBooksUnitsOfALargePlan) {
  auto admin = server_.admin();
  ASSERT_EQ(admin.ask("PLAN CREATE yard units=1-1000000")[0], '+');
  ASSERT_EQ(admin.ask("OFFERING CREATE yard plan=yard axis=event currency=USD price=100")[0], '+');
  server_.customer("bench");
  const auto done =
      run({"redis-benchmark", "-p", port(), "--user", "bench", "-a", "a password of bench", "-c",
           "20", "-n", "2000", "-P", "4", "-q", "BOOK", "yard", "n=1"});
  EXPECT_EQ(done.status, 0) << done.output;
  EXPECT_NE(done.output.find("requests per second"), std::string::npos) << done.output;
  EXPECT_EQ(line_field(admin.ask("AVAIL yard"), "free"), "998000");
}

}  // namespace
}  // namespace holdfast::test
