#include "cmd/terminal/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <sstream>
#include <thread>

#include "engine/dummy_provider.h"
#include "engine/engine.h"
#include "net/server.h"
#include "tests/support/eventually.h"
#include "tests/support/memory_store.h"
#include "tests/support/temp_directory.h"

namespace holdfast::cmd {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// A real engine and server over a store in memory, on a free port.
class ConsoleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto clock = storage::CommandClock::start(storage::system_clock(), {}, false);
    ASSERT_TRUE(clock.has_value());
    engine::EngineOptions options;
    options.hash = {.passes = 1, .bytes = 8192};
    auto engine = engine::Engine::open(store_, *clock, provider_, options);
    ASSERT_TRUE(engine.has_value()) << engine.error().to_string();
    engine_ = std::move(*engine);
    auto server = net::Server::create({}, *engine_);
    ASSERT_TRUE(server.has_value()) << server.error().to_string();
    server_ = std::move(*server);
    const auto address = server_->listen_tcp("127.0.0.1:0");
    ASSERT_TRUE(address.has_value()) << address.error().to_string();
    const auto* const end = address->data() + address->size();
    std::from_chars(address->data() + address->rfind(':') + 1, end, options_.port);
    options_.host = "127.0.0.1";
    ASSERT_TRUE(server_->listen_admin(admin_socket()));
    loop_ = std::thread([this] { served_ = server_->run().has_value(); });
  }
  void TearDown() override {
    if (!loop_.joinable()) return;
    server_->stop();
    loop_.join();
    EXPECT_TRUE(served_);
  }

  std::string admin_socket() const { return directory_ / "socket"; }

  struct Shown {
    Outcome outcome = Outcome::kDone;
    std::string output;
    std::string errors;
  };
  template <typename Act>
  Shown shown_by(const Act& act) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Shown shown;
    Console console(options_);
    shown.outcome = console.connect();
    if (shown.outcome == Outcome::kDone) shown.outcome = act(console);
    shown.output = ::testing::internal::GetCapturedStdout();
    shown.errors = ::testing::internal::GetCapturedStderr();
    return shown;
  }
  Shown once(const std::vector<std::string>& words) {
    return shown_by([&](Console& console) { return console.run_once(words); });
  }
  Shown script(const std::string& text) {
    std::istringstream input(text);
    return shown_by([&](Console& console) { return console.run_script(input, "script"); });
  }

  const test::TempDirectory directory_;
  ClientOptions options_;
  test::MemoryStore store_;
  engine::DummyProvider provider_{{}};
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<net::Server> server_;
  std::thread loop_;
  bool served_ = false;
};

TEST_F(ConsoleTest, OneCommandShowsItsReply) {
  const auto shown = once({"ECHO", "two words"});
  EXPECT_EQ(shown.outcome, Outcome::kDone);
  EXPECT_EQ(shown.output, "two words\n");
  EXPECT_EQ(shown.errors, "");
}

TEST_F(ConsoleTest, ARefusalGoesToStandardErrorInWords) {
  const auto shown = once({"OFFERING", "SHOW", "nowhere"});
  EXPECT_EQ(shown.outcome, Outcome::kRefused);
  EXPECT_EQ(shown.output, "");
  EXPECT_THAT(shown.errors, HasSubstr("NOTFOUND: "));
  EXPECT_THAT(shown.errors, HasSubstr("nowhere"));
}

TEST_F(ConsoleTest, AScriptPassesOverCommentsAndStopsAtTheFirstRefusal) {
  const auto shown = script("# first\n\nECHO one\r\nNOSUCH\nECHO two\n");
  EXPECT_EQ(shown.outcome, Outcome::kRefused);
  EXPECT_EQ(shown.output, "one\n");
  EXPECT_THAT(shown.errors, EndsWith("holdfast: stopped at script:4\n"));
}

TEST_F(ConsoleTest, AScriptLineThatCannotBeSplitStopsItToo) {
  const auto shown = script("ECHO one\nECHO \"two\n");
  EXPECT_EQ(shown.outcome, Outcome::kUsage);
  EXPECT_THAT(shown.errors, EndsWith("holdfast: stopped at script:2\n"));
}

TEST_F(ConsoleTest, JsonIsOneLineAReplyErrorsIncluded) {
  options_.json = true;
  const auto shown = script("ECHO one\nNOSUCH\n");
  EXPECT_EQ(shown.outcome, Outcome::kRefused);
  EXPECT_THAT(shown.output, ::testing::StartsWith("\"one\"\n{\"error\":{\"code\":\"SYNTAX\","));
}

TEST_F(ConsoleTest, LogsInWithAPasswordFromAFile) {
  EXPECT_EQ(once({"REGISTER", "ana", "four words of hers"}).outcome, Outcome::kDone);
  const test::TempDirectory directory;
  test::write_file(directory / "password", "four words of hers\n");
  options_.user = "ana";
  options_.password_file = directory / "password";
  const auto shown = once({"WHOAMI"});
  EXPECT_EQ(shown.outcome, Outcome::kDone) << shown.errors;
  EXPECT_THAT(shown.output, HasSubstr("name\tana\n"));

  test::write_file(directory / "password", "something else\n");
  EXPECT_EQ(once({"WHOAMI"}).outcome, Outcome::kRefused);

  options_.password_file = directory / "missing";
  EXPECT_EQ(once({"WHOAMI"}).outcome, Outcome::kUsage);
}

// The store of this test has nothing to list but accounts, which the admin socket lists.
TEST_F(ConsoleTest, AFullPageTellsHowToGoOn) {
  for (const std::string name : {"ana", "ben", "eva"}) {
    ASSERT_EQ(once({"REGISTER", name, "four words of theirs"}).outcome, Outcome::kDone);
  }
  options_.socket = admin_socket();
  const auto full = once({"USER", "LIST", "n=2"});
  EXPECT_THAT(full.output, HasSubstr("ben"));
  EXPECT_EQ(full.errors, "holdfast: more rows: after=2\n");
  EXPECT_EQ(once({"USER", "LIST", "n=2", "after=2"}).errors, "");
}

TEST_F(ConsoleTest, AWatchThatIsCutSaysHowToGoOn) {
  auto port = options_;
  options_.socket = admin_socket();
  ASSERT_EQ(script("PLAN CREATE ten units=1-10\n"
                   "OFFERING CREATE show plan=ten axis=event currency=USD price=0\n")
                .outcome,
            Outcome::kDone);
  auto admin = net::RespClient::connect({.socket = admin_socket()});
  ASSERT_TRUE(admin.has_value());
  std::thread cutting([&] {
    // Whoever asks is a client, too.
    test::eventually("somebody watches", [&] {
      const auto shown = admin->ask({"OFFERING", "SHOW", "show"});
      const auto* clients = shown ? shown->find("clients") : nullptr;
      return clients != nullptr && clients->text == "2";
    });
    server_->stop();
  });
  options_ = port;
  const auto shown = once({"WATCH", "show"});
  cutting.join();
  EXPECT_EQ(shown.outcome, Outcome::kNoConnection);
  EXPECT_THAT(shown.errors, HasSubstr("to go on from there: WATCH show from="));
}

TEST_F(ConsoleTest, SaysWhenNobodyAnswers) {
  TearDown();
  server_.reset();
  const auto shown = once({"PING"});
  EXPECT_EQ(shown.outcome, Outcome::kNoConnection);
  EXPECT_THAT(shown.errors, HasSubstr("holdfast: "));
}

}  // namespace
}  // namespace holdfast::cmd
