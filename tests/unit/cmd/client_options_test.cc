#include "cmd/client_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string refusal(const std::vector<std::string>& arguments) {
  const auto options = load_client_options(arguments);
  EXPECT_FALSE(options.has_value());
  if (options) return {};
  EXPECT_EQ(static_cast<int>(options.error().code()), static_cast<int>(Code::kUsage));
  return options.error().message();
}

TEST(ClientOptions, DefaultToTheLocalServer) {
  const auto options = load_client_options({});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->host, "127.0.0.1");
  EXPECT_EQ(options->port, 4653);
  EXPECT_TRUE(options->command.empty());
}

TEST(ClientOptions, WordsAfterTheOptionsAreTheCommand) {
  const auto options =
      load_client_options({"-h", "example", "-p", "7", "--json", "HOLD", "gala", "-f", "--json"});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->host, "example");
  EXPECT_EQ(options->port, 7);
  EXPECT_TRUE(options->json);
  EXPECT_THAT(options->command, ElementsAre("HOLD", "gala", "-f", "--json"));
}

TEST(ClientOptions, ThatContradictEachOtherAreRefused) {
  EXPECT_THAT(refusal({"--socket", "/s", "-p", "7"}), HasSubstr("--socket"));
  EXPECT_THAT(refusal({"--socket", "/s", "-h", "example"}), HasSubstr("--socket"));
  EXPECT_THAT(refusal({"--password-file", "/f"}), HasSubstr("--user"));
  EXPECT_THAT(refusal({"-f", "x", "PING"}), HasSubstr("--file"));
  EXPECT_THAT(refusal({"-f", "-", "--user", "a", "--password-file", "-"}),
              HasSubstr("standard input"));
}

TEST(ClientOptions, APortIsAPort) {
  EXPECT_THAT(refusal({"-p", "0"}), HasSubstr("outside 1 to 65535"));
  EXPECT_THAT(refusal({"-p", "65536"}), HasSubstr("outside 1 to 65535"));
  EXPECT_THAT(refusal({"-p", "http"}), HasSubstr("not a whole number"));
}

TEST(ClientOptions, UnknownOnesAreRefused) {
  EXPECT_THAT(refusal({"--sokket", "/s"}), HasSubstr("did you mean --socket?"));
}

TEST(ClientOptions, HelpNamesEveryFlag) {
  ClientOptions scratch;
  const auto help = client_help();
  for (const auto& row : client_options(scratch)) {
    EXPECT_THAT(help, HasSubstr(fmt::format("--{}", row.flag)));
  }
}

}  // namespace
}  // namespace holdfast::cmd
