#include "cmd/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_directory.h"

namespace holdfast::cmd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A configuration file that lives as long as the test.
class OptionsTest : public ::testing::Test {
 protected:
  std::string write(const std::string& text) {
    test::write_file(directory_ / "holdfast.conf", text);
    return directory_ / "holdfast.conf";
  }
  Result<DaemonOptions> load_file(const std::string& text,
                                  std::vector<std::string> arguments = {"--data", "/d"}) {
    arguments.insert(arguments.end(), {"--config", write(text)});
    return load_daemon_options(arguments);
  }
  // The message of the refusal, which must be of `code`.
  std::string refusal(const Result<DaemonOptions>& result, Code code) {
    EXPECT_FALSE(result.has_value());
    if (result) return {};
    EXPECT_EQ(static_cast<int>(result.error().code()), static_cast<int>(code));
    return result.error().message();
  }

  test::TempDirectory directory_;
};

TEST_F(OptionsTest, DefaultsAreThoseOfTheTable) {
  const auto options = load_daemon_options({"--data", "/d"});
  ASSERT_TRUE(options.has_value());
  EXPECT_THAT(options->listen, ElementsAre("127.0.0.1:4653"));
  EXPECT_EQ(options->socket, "/d/holdfastd.sock");
  EXPECT_EQ(options->segment_bytes, 64 << 20);
  EXPECT_EQ(options->drain.us, 5'000'000);
  EXPECT_EQ(options->log_level, "info");
  EXPECT_FALSE(options->demo);
}

TEST_F(OptionsTest, ImportsAreKindsAndPathsAndMayBeMany) {
  const auto options = load_daemon_options({"--data", "/d", "--import", "bus-users:u:v.txt",
                                            "--import", "rooms-csv:r.csv", "--dry-run"});
  ASSERT_TRUE(options.has_value()) << options.error().to_string();
  EXPECT_THAT(options->imports, ElementsAre("bus-users:u:v.txt", "rooms-csv:r.csv"));
  EXPECT_TRUE(options->dry_run);
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--import", "bus:x"}), Code::kUsage),
              HasSubstr("bus-users, bus-bookings, hotel-rooms, meal-sqlite, rooms-csv"));
}

TEST_F(OptionsTest, ADryRunIsOneOfAnImport) {
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--dry-run"}), Code::kUsage),
              HasSubstr("--import"));
}

TEST_F(OptionsTest, AConfigurationIsCheckedWithoutADataDirectory) {
  EXPECT_TRUE(load_daemon_options({"--check-config"}).has_value());
  EXPECT_THAT(refusal(load_daemon_options({}), Code::kUsage), HasSubstr("--data"));
}

TEST_F(OptionsTest, OfferingsOfTheSourceSystemsHaveNames) {
  const auto presets = load_daemon_options({"--data", "/d"});
  ASSERT_TRUE(presets.has_value());
  EXPECT_EQ(presets->bus_offering, "bookbus");
  EXPECT_EQ(presets->hotel_offering, "hotel");
  EXPECT_EQ(presets->meal_offering, "mealtime");
  EXPECT_EQ(presets->rooms_offering, "grand");
  const auto named = load_file("bus.offering = trip\nrooms.offering = inn\n");
  ASSERT_TRUE(named.has_value()) << named.error().to_string();
  EXPECT_EQ(named->bus_offering, "trip");
  EXPECT_EQ(named->rooms_offering, "inn");
  refusal(load_file("bus.offering =\n"), Code::kConfig);
}

TEST_F(OptionsTest, FileValuesReplaceDefaults) {
  const auto options = load_file(
      "# a comment\n"
      "\n"
      "storage.segment_size = 128KiB\n"
      "net.idle_timeout=90s   # trailing\n"
      "[log]\n"
      "level = debug\n");
  ASSERT_TRUE(options.has_value()) << options.error().to_string();
  EXPECT_EQ(options->segment_bytes, 131072);
  EXPECT_EQ(options->idle_timeout.us, 90'000'000);
  EXPECT_EQ(options->log_level, "debug");
}

TEST_F(OptionsTest, FlagsBeatTheFile) {
  const auto options = load_file("log.level = debug\nlisten = 127.0.0.1:1\nlisten = 127.0.0.1:2\n",
                                 {"--data", "/d", "--log-level", "error", "--listen", "[::1]:3"});
  ASSERT_TRUE(options.has_value()) << options.error().to_string();
  EXPECT_EQ(options->log_level, "error");
  EXPECT_THAT(options->listen, ElementsAre("[::1]:3"));
}

TEST_F(OptionsTest, ListsInTheFileReplaceTheDefaultAndKeepTheirOrder) {
  const auto options = load_file(
      "listen = 127.0.0.1:1\nlisten = 127.0.0.1:2\n"
      "payment.decline_amounts = 666\npayment.decline_amounts = 13\n");
  ASSERT_TRUE(options.has_value());
  EXPECT_THAT(options->listen, ElementsAre("127.0.0.1:1", "127.0.0.1:2"));
  EXPECT_THAT(options->decline_amounts, ElementsAre(666, 13));
}

TEST_F(OptionsTest, AnEmptyListenSwitchesItOff) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--data", "/d", "--listen", ""}, {"--data", "/d", "--listen="}}) {
    const auto options = load_daemon_options(arguments);
    ASSERT_TRUE(options.has_value());
    EXPECT_THAT(options->listen, IsEmpty());
  }
  const auto from_file = load_file("listen =\n");
  ASSERT_TRUE(from_file.has_value());
  EXPECT_THAT(from_file->listen, IsEmpty());
}

TEST_F(OptionsTest, AnEmptyListenBesideAnotherIsRefused) {
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--listen", "", "--listen", "a:1"}),
                      Code::kConfig),
              HasSubstr("empty listen"));
}

TEST_F(OptionsTest, AnUnknownKeyNamesItsLineAndTheNearestKey) {
  const auto message =
      refusal(load_file("data = /d\n\nstorage.segmnt_size = 1MiB\n"), Code::kConfig);
  EXPECT_THAT(message, HasSubstr("holdfast.conf:3: "));
  EXPECT_THAT(message, HasSubstr("unknown key \"storage.segmnt_size\""));
  EXPECT_THAT(message, HasSubstr("did you mean storage.segment_size?"));
  EXPECT_EQ(storage::exit_status(Code::kConfig), 78);
}

TEST_F(OptionsTest, FlagOnlyOptionsAreNotKeys) {
  EXPECT_THAT(refusal(load_file("accept-clock = yes\n"), Code::kConfig),
              HasSubstr("unknown key \"accept-clock\""));
}

TEST_F(OptionsTest, ALineThatIsNoAssignmentIsNamed) {
  EXPECT_THAT(refusal(load_file("log.level = info\njust words\n"), Code::kConfig),
              HasSubstr(":2: \"just words\" is not of the form key = value"));
}

TEST_F(OptionsTest, AKeyGivenTwiceIsRefused) {
  EXPECT_THAT(refusal(load_file("log.level = info\nlog.level = debug\n"), Code::kConfig),
              HasSubstr(":2: log.level is given twice"));
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/a", "--data", "/b"}), Code::kUsage),
              HasSubstr("--data is given twice"));
}

TEST_F(OptionsTest, ValuesOutsideTheirBoundsNameTheBounds) {
  EXPECT_THAT(refusal(load_file("storage.segment_size = 63KiB\n"), Code::kConfig),
              HasSubstr("storage.segment_size: \"63KiB\" is outside 64KiB to 1GiB"));
  EXPECT_THAT(refusal(load_file("net.max_connections = 0\n"), Code::kConfig),
              HasSubstr("\"0\" is outside 1 to 1000000"));
  EXPECT_THAT(refusal(load_file("net.drain = 2h\n"), Code::kConfig),
              HasSubstr("\"2h\" is outside 0 to 1h"));
}

TEST_F(OptionsTest, EveryBoundedRowAcceptsItsBoundsAndRefusesTheNext) {
  DaemonOptions scratch;
  int tried = 0;
  for (const auto& row : daemon_options(scratch)) {
    const bool duration = std::holds_alternative<Duration*>(row.target);
    if (row.key.empty() || row.most == INT64_MAX) continue;
    const auto unit = duration ? std::int64_t{1000} : std::int64_t{1};
    const auto suffix = duration ? "ms" : "";
    // retention_size may not be less than segment_size; give it room.
    const auto text = [&](std::int64_t value) {
      auto line = fmt::format("{} = {}{}\n", row.key, value / unit, suffix);
      if (row.key == "storage.segment_size") line += "storage.retention_size = 10GiB\n";
      if (row.key == "storage.retention_size" && value == row.least) return std::string();
      return line;
    };
    EXPECT_TRUE(load_file(text(row.most)).has_value()) << row.key;
    EXPECT_TRUE(load_file(text(row.least)).has_value()) << row.key;
    EXPECT_FALSE(load_file(text(row.most + unit)).has_value()) << row.key;
    if (row.least > 0) {
      EXPECT_FALSE(load_file(text(row.least - unit)).has_value()) << row.key;
    }
    ++tried;
  }
  EXPECT_GT(tried, 8);
}

TEST_F(OptionsTest, WrongTypesAreRefusedInWords) {
  EXPECT_THAT(refusal(load_file("storage.map_size = large\n"), Code::kConfig),
              HasSubstr("\"large\" is not a size"));
  EXPECT_THAT(refusal(load_file("net.drain = 5\n"), Code::kConfig),
              HasSubstr("\"5\" is not a duration"));
  EXPECT_THAT(refusal(load_file("net.max_connections = ten\n"), Code::kConfig),
              HasSubstr("\"ten\" is not a whole number"));
  EXPECT_THAT(refusal(load_file("log.level = loud\n"), Code::kConfig),
              HasSubstr("\"loud\" is not one of debug, info, warning, error"));
  EXPECT_THAT(refusal(load_file("storage.map_size = 99999999TiB\n"), Code::kConfig),
              HasSubstr("is not a size"));
}

TEST_F(OptionsTest, ValuesThatDoNotFitTogetherAreRefused) {
  EXPECT_THAT(refusal(load_file("storage.retention_size = 1MiB\n"), Code::kConfig),
              HasSubstr("storage.retention_size is less than storage.segment_size"));
}

TEST_F(OptionsTest, UsageErrorsAreToldFromConfigurationErrors) {
  EXPECT_THAT(refusal(load_daemon_options({}), Code::kUsage), HasSubstr("--data DIR is needed"));
  EXPECT_THAT(refusal(load_daemon_options({"--daat", "/d"}), Code::kUsage),
              HasSubstr("unknown option --daat (did you mean --data?)"));
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "stray"}), Code::kUsage),
              HasSubstr("unexpected argument \"stray\""));
  EXPECT_THAT(refusal(load_daemon_options({"--data"}), Code::kUsage), HasSubstr("--data"));
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--demo=1"}), Code::kUsage),
              HasSubstr("--demo"));
  EXPECT_THAT(refusal(load_daemon_options({"--data", ""}), Code::kUsage), HasSubstr("--data"));
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--listen", "4653"}), Code::kUsage),
              HasSubstr("\"4653\" is not ADDR:PORT"));
}

TEST_F(OptionsTest, AMissingConfigurationFileIsAConfigurationError) {
  EXPECT_THAT(refusal(load_daemon_options({"--data", "/d", "--config", "/nonexistent/x.conf"}),
                      Code::kConfig),
              HasSubstr("/nonexistent/x.conf"));
}

TEST_F(OptionsTest, HelpNeedsNothingElse) {
  const auto options = load_daemon_options({"--help"});
  ASSERT_TRUE(options.has_value());
  EXPECT_TRUE(options->help);
}

TEST_F(OptionsTest, HelpNamesEveryFlag) {
  DaemonOptions scratch;
  const auto help = daemon_help();
  for (const auto& row : daemon_options(scratch)) {
    if (row.flag.empty()) continue;
    EXPECT_THAT(help, HasSubstr(fmt::format("--{}", row.flag)));
  }
}

TEST_F(OptionsTest, ReloadAppliesWhatCanBeReloadedAndNamesTheRest) {
  auto running = load_daemon_options({"--data", "/d"});
  const auto loaded = load_file("log.level = debug\nnet.drain = 7s\n");
  ASSERT_TRUE(running.has_value() && loaded.has_value());
  const auto changes = compare(*running, *loaded);
  EXPECT_THAT(changes.applied, ElementsAre("log.level"));
  EXPECT_THAT(changes.need_restart, ElementsAre("net.drain"));
  apply_reloadable(*running, *loaded);
  EXPECT_EQ(running->log_level, "debug");
  EXPECT_EQ(running->drain.us, 5'000'000);
}

TEST(Addresses, AreHostAndPort) {
  for (const auto* good : {"127.0.0.1:4653", "[::1]:0", "localhost:65535"}) {
    EXPECT_TRUE(check_address(good).has_value()) << good;
  }
  for (const auto* bad : {"4653", ":1", "host:", "host:65536", "host:x", "::1:1", "host:-1"}) {
    EXPECT_FALSE(check_address(bad).has_value()) << bad;
  }
}

TEST(Sizes, AreWholeNumbersWithAUnit) {
  EXPECT_EQ(*parse_size("4096"), 4096);
  EXPECT_EQ(*parse_size("64MiB"), 67108864);
  EXPECT_EQ(*parse_size("2 GiB"), 2147483648);
  for (const auto* bad : {"", "MiB", "-1", "1.5MiB", "1MB", "64mib", "9223372036854775808"}) {
    EXPECT_FALSE(parse_size(bad).has_value()) << bad;
  }
}

TEST(Durations, AreWholeNumbersWithAUnit) {
  EXPECT_EQ(parse_duration("0")->us, 0);
  EXPECT_EQ(parse_duration("250ms")->us, 250'000);
  EXPECT_EQ(parse_duration("7d")->us, 604'800'000'000);
  for (const auto* bad : {"", "5", "s", "-1s", "1.5s", "1w"}) {
    EXPECT_FALSE(parse_duration(bad).has_value()) << bad;
  }
}

TEST(PositionalWords, AreLeftAloneFromTheFirstOn) {
  std::string host;
  bool json = false;
  const std::vector<Option> table = {
      {.flag = "host", .letter = 'h', .value = "HOST", .target = &host},
      {.flag = "json", .target = &json}};
  const auto rest =
      read_command_line(table, {"-h", "example", "SHOW", "--json", "-h"}, Positional::kRest);
  ASSERT_TRUE(rest.has_value());
  EXPECT_THAT(*rest, ElementsAre("SHOW", "--json", "-h"));
  EXPECT_EQ(host, "example");
  EXPECT_FALSE(json);
}

}  // namespace
}  // namespace holdfast::cmd
