#include "cmd/demo.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dummy_provider.h"
#include "engine/engine.h"
#include "tests/support/eventually.h"
#include "tests/support/memory_store.h"
#include "tests/support/temp_directory.h"

namespace holdfast::cmd {
namespace {

using ::testing::HasSubstr;

// An engine over an empty store in memory, and a directory for demo files.
class DemoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto clock = storage::CommandClock::start(storage::system_clock(), {}, false);
    ASSERT_TRUE(clock.has_value());
    auto engine = engine::Engine::open(store_, *clock, provider_, {});
    ASSERT_TRUE(engine.has_value()) << engine.error().to_string();
    engine_ = std::move(*engine);
  }

  void write(const std::string& name, const std::string& text) {
    test::write_file(directory_ / name, text);
  }
  std::string refusal() {
    const auto report = load_demo(*engine_, directory_.path());
    EXPECT_FALSE(report.has_value());
    return report ? std::string() : report.error().message();
  }

  // What an administrator is answered.
  engine::Answer ask(std::vector<std::string_view> words) {
    auto& session = engine_->open_session(
        {.channel = "admin", .address = "", .host = "", .role = engine::Role::kAdmin});
    engine_->begin_turn();
    auto execution = engine_->execute(session, {.words = words});
    engine_->end_turn(true);
    engine_->close_session(session.id);
    return std::move(*execution.answer);
  }
  void expect_untouched() {
    const auto seq = store_.last_seq();
    const auto report = load_demo(*engine_, directory_.path());
    ASSERT_TRUE(report.has_value()) << report.error().message();
    EXPECT_FALSE(report->loaded);
    EXPECT_EQ(store_.last_seq(), seq);
  }

  test::TempDirectory directory_;
  test::MemoryStore store_;
  engine::DummyProvider provider_{{}};
  std::unique_ptr<engine::Engine> engine_;
};

constexpr const char* kPlan = "# ten rooms\n\nPLAN CREATE hotel units=1-10 type=room\n";
constexpr const char* kOffering =
    "OFFERING CREATE hotel plan=hotel axis=nights currency=USD price=5000 pay=later zone=UTC\n";

TEST_F(DemoTest, RunsTheFilesInTheOrderOfTheirNames) {
  write("b.holdfast", kOffering);
  write("a.holdfast", kPlan);
  write("notes.txt", "NO COMMAND\n");
  const auto report = load_demo(*engine_, directory_.path());
  ASSERT_TRUE(report.has_value()) << report.error().message();
  EXPECT_TRUE(report->loaded);
  EXPECT_EQ(report->commands, 2U);
}

TEST_F(DemoTest, DoesNothingToAStoreWithAPlanOfSomebodyElse) {
  ASSERT_TRUE(ask({"PLAN", "CREATE", "mine", "units=1-3"}).reply.has_value());
  write("a.holdfast", kPlan);
  expect_untouched();
  write("a.holdfast", "PLAN CREATE \"unended\n");
  expect_untouched();
}

TEST_F(DemoTest, DoesNothingToAStoreWithAnOfferingOfSomebodyElse) {
  write("a.holdfast", kPlan);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  ASSERT_TRUE(ask({"OFFERING", "CREATE", "mine", "plan=hotel", "axis=nights", "currency=USD",
                   "price=1", "pay=later", "zone=UTC"})
                  .reply.has_value());
  write("b.holdfast", kOffering);
  expect_untouched();
}

TEST_F(DemoTest, DoesNothingToAStoreWithAnAccount) {
  auto& session =
      engine_->open_session({.channel = "native", .address = "", .host = "", .admin = false});
  const std::vector<std::string_view> words{"REGISTER", "ana", "a password of ana"};
  const auto before = store_.last_seq();
  engine_->begin_turn();
  engine_->execute(session, {.words = words});
  engine_->end_turn(true);
  test::eventually("the account is there", [&] {
    engine_->begin_turn();
    engine_->end_turn(true);
    return store_.last_seq() > before;
  });
  engine_->close_session(session.id);
  write("a.holdfast", kPlan);
  expect_untouched();
}

TEST_F(DemoTest, DoesNothingToAStoreWithAReservation) {
  write("a.holdfast", kPlan);
  write("b.holdfast", kOffering);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  ASSERT_TRUE(ask({"BOOK", "hotel", "1", "nights=2099-01-01..2099-01-03"}).reply.has_value());
  write("c.holdfast", "PLAN CREATE more units=1-3\n");
  expect_untouched();
}

TEST_F(DemoTest, DoesNothingWhereAllOfItIsThere) {
  write("a.holdfast", kPlan);
  write("b.holdfast", kOffering);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  expect_untouched();
}

TEST_F(DemoTest, CompletesALoadThatWasCutShort) {
  write("a.holdfast", kPlan);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  write("b.holdfast", kOffering);
  const auto report = load_demo(*engine_, directory_.path());
  ASSERT_TRUE(report.has_value()) << report.error().message();
  EXPECT_TRUE(report->loaded);
  EXPECT_EQ(report->commands, 1U);
  EXPECT_TRUE(ask({"OFFERING", "SHOW", "hotel"}).reply.has_value());
}

TEST_F(DemoTest, NamesFileAndLineOfARefusedCommand) {
  write("a.holdfast", fmt::format("{0}{0}", kPlan));
  EXPECT_THAT(refusal(), HasSubstr("a.holdfast:6: "));
}

TEST_F(DemoTest, RefusesADirectoryWithNothingToLoad) {
  EXPECT_THAT(refusal(), HasSubstr("no *.holdfast file"));
  std::filesystem::remove(directory_.path());
  EXPECT_THAT(refusal(), HasSubstr(directory_.path().string()));
}

TEST_F(DemoTest, WhatCannotBeLoadedIsKnownBeforeThereIsAStore) {
  EXPECT_FALSE(check_demo(directory_.path()).has_value());
  write("a.holdfast", kPlan);
  EXPECT_TRUE(check_demo(directory_.path()).has_value());
  write("b.holdfast", "PLAN CREATE \"unended\n");
  EXPECT_FALSE(check_demo(directory_.path()).has_value());
  const auto nowhere = check_demo((directory_ / "nowhere").string());
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_THAT(nowhere.error().message(), HasSubstr("--config etc/demo/holdfast.conf"));
}

TEST_F(DemoTest, LeavesNoSessionBehind) {
  write("a.holdfast", kPlan);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  EXPECT_EQ(engine_->sessions().count(), 0U);
}

}  // namespace
}  // namespace holdfast::cmd
