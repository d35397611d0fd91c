#include "cmd/demo.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dummy_provider.h"
#include "engine/engine.h"
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

TEST_F(DemoTest, DoesNothingToAStoreThatHasData) {
  write("a.holdfast", kPlan);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  const auto seq = store_.last_seq();
  write("a.holdfast", "NO COMMAND\n");
  const auto again = load_demo(*engine_, directory_.path());
  ASSERT_TRUE(again.has_value()) << again.error().message();
  EXPECT_FALSE(again->loaded);
  EXPECT_EQ(store_.last_seq(), seq);
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

TEST_F(DemoTest, LeavesNoSessionBehind) {
  write("a.holdfast", kPlan);
  ASSERT_TRUE(load_demo(*engine_, directory_.path()).has_value());
  EXPECT_EQ(engine_->sessions().count(), 0U);
}

}  // namespace
}  // namespace holdfast::cmd
