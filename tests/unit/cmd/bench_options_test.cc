#include "cmd/bench_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {
namespace {

using ::testing::HasSubstr;

std::string bench_refusal(const std::vector<std::string>& arguments) {
  const auto options = load_bench_options(arguments);
  EXPECT_FALSE(options.has_value());
  if (options) return {};
  EXPECT_EQ(options.error().code(), Code::kUsage);
  return options.error().message();
}

TEST(BenchOptions, MayStandOnBothSidesOfTheWorkload) {
  const auto options =
      load_bench_options({"--socket", "/s", "-c", "7", "rush", "-P", "16", "--json"});
  ASSERT_TRUE(options.has_value()) << options.error().to_string();
  EXPECT_EQ(options->workload, "rush");
  EXPECT_EQ(options->clients, 7);
  EXPECT_EQ(options->pipeline, 16);
  EXPECT_TRUE(options->json);
}

TEST(BenchOptions, LastTenSecondsUnlessTheyAreTold) {
  const auto usual = load_bench_options({"--socket", "/s", "map"});
  ASSERT_TRUE(usual.has_value());
  EXPECT_EQ(usual->time, Duration::seconds(10));
  const auto counted = load_bench_options({"--socket", "/s", "-n", "5", "map"});
  ASSERT_TRUE(counted.has_value());
  EXPECT_EQ(counted->time.us, 0);
}

TEST(BenchOptions, ThatAreWrongAreRefusedByName) {
  EXPECT_THAT(bench_refusal({"--socket", "/s"}), HasSubstr("watch_fanout"));
  EXPECT_THAT(bench_refusal({"--socket", "/s", "speed"}), HasSubstr("\"speed\""));
  EXPECT_THAT(bench_refusal({"map"}), HasSubstr("--socket"));
  EXPECT_THAT(bench_refusal({"--socket", "/s", "map", "show"}), HasSubstr("show"));
  EXPECT_THAT(bench_refusal({"--socket", "/s", "-c", "0", "map"}), HasSubstr("0"));
  EXPECT_THAT(bench_refusal({"--socket", "/s", "map", "-P", "1001"}), HasSubstr("1001"));
}

TEST(BenchOptions, HelpNamesEveryWorkload) {
  for (const WorkloadKind& kind : workload_kinds()) {
    EXPECT_THAT(bench_help(), HasSubstr(std::string(kind.name)));
  }
  const auto options = load_bench_options({"--help"});
  ASSERT_TRUE(options.has_value());
  EXPECT_TRUE(options->help);
}

TEST(UnitOrder, NamesEachUnitOnce) {
  for (const std::int64_t units : {2, 10, 7919, 15'838, 20'000}) {
    const UnitOrder order(units);
    std::vector<bool> seen(static_cast<std::size_t>(units) + 1);
    for (std::int64_t turn = 0; turn < units; ++turn) {
      const auto unit = static_cast<std::size_t>(std::stoll(order.label(turn)));
      ASSERT_GE(unit, 1U);
      ASSERT_LE(unit, static_cast<std::size_t>(units));
      ASSERT_FALSE(seen[unit]) << unit << " of " << units;
      seen[unit] = true;
    }
  }
}

}  // namespace
}  // namespace holdfast::cmd
