#include "storage/log.h"

#include <gtest/gtest.h>

namespace holdfast::storage {
namespace {

constexpr Time kWhen{1'796'119'904'000'042};

TEST(Log, TextIsOneLineOfKeyAndValue) {
  EXPECT_EQ(format_event(LogFormat::kText, false, kWhen, LogLevel::kInfo, "segment_opened",
                         {{"segment", 7}, {"first", true}, {"path", "/var/x"}}),
            "2026-12-01T10:11:44.000042Z info event=segment_opened segment=7 first=true "
            "path=/var/x");
}

TEST(Log, ForJournaldALineBeginsWithItsPriority) {
  EXPECT_EQ(format_event(LogFormat::kText, true, kWhen, LogLevel::kError, "failed", {{"n", -1}}),
            "<3>event=failed n=-1");
  EXPECT_EQ(format_event(LogFormat::kText, true, kWhen, LogLevel::kWarning, "full"),
            "<4>event=full");
}

TEST(Log, AValueCannotForgeALineOrAField) {
  EXPECT_EQ(format_event(LogFormat::kText, true, kWhen, LogLevel::kInfo, "got",
                         {{"name", "a b=\"c\"\n<0>event=x\x01"}, {"empty", ""}}),
            "<6>event=got name=\"a b=\\\"c\\\"\\n<0>event=x\\u0001\" empty=\"\"");
}

TEST(Log, JsonKeepsNumbersBareAndEscapesTheRest) {
  EXPECT_EQ(format_event(LogFormat::kJson, false, kWhen, LogLevel::kDebug, "got",
                         {{"n", 5u}, {"ok", false}, {"text", std::string("a\"b\\c\n")}}),
            R"({"time":"2026-12-01T10:11:44.000042Z","level":"debug","event":"got",)"
            R"("n":5,"ok":false,"text":"a\"b\\c\n"})");
}

TEST(Log, LevelsAndFormatsAreParsedFromTheirWords) {
  EXPECT_EQ(parse_log_level("warning"), LogLevel::kWarning);
  EXPECT_EQ(parse_log_format("json"), LogFormat::kJson);
  ASSERT_FALSE(parse_log_level("loud"));
  EXPECT_EQ(parse_log_level("loud").error().message(),
            "log level 'loud' is not one of debug, info, warning, error");
  EXPECT_FALSE(parse_log_format(""));
}

TEST(Log, EventsBelowTheLevelAreNotWritten) {
  set_up_log(LogLevel::kWarning, LogFormat::kText);
  testing::internal::CaptureStderr();
  log_info("quiet");
  log_warning("loud", {{"n", 1}});
  const std::string written = testing::internal::GetCapturedStderr();
  set_up_log(LogLevel::kInfo, LogFormat::kText);
  EXPECT_EQ(written.find("quiet"), std::string::npos);
  EXPECT_NE(written.find("event=loud n=1\n"), std::string::npos);
  EXPECT_TRUE(log_enabled(LogLevel::kInfo));
  EXPECT_FALSE(log_enabled(LogLevel::kDebug));
}

}  // namespace
}  // namespace holdfast::storage
