#include "cmd/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cmd/options.h"
#include "engine/command_table.h"
#include "tests/support/temp_directory.h"

namespace holdfast::cmd {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Reference, NamesEveryCommandWithItsUsage) {
  const auto text = command_reference();
  const auto manual = client_manual();
  for (const auto& spec : engine::command_table()) {
    EXPECT_THAT(text, HasSubstr(fmt::format("### {}\n", spec.name)));
    EXPECT_THAT(text, HasSubstr(engine::usage(spec)));
    EXPECT_THAT(manual, HasSubstr(std::string(spec.summary.substr(0, spec.summary.find('-')))));
  }
}

TEST(Reference, NamesEveryConfigurationKeyAndFlag) {
  DaemonOptions scratch;
  const auto text = configuration_reference();
  const auto sample = sample_configuration();
  for (const auto& row : daemon_options(scratch)) {
    if (row.key.empty()) continue;
    EXPECT_THAT(text, HasSubstr(fmt::format("### {}\n", row.key)));
    EXPECT_THAT(sample, HasSubstr(fmt::format("{} = ", row.key)));
  }
}

TEST(Reference, TheSampleConfigurationIsAcceptedAlsoWithEveryLineInForce) {
  auto text = sample_configuration();
  for (auto at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1)) {
    if (text[at + 2] != ' ') text.erase(at + 1, 1);
  }
  for (const auto& sample : {sample_configuration(), text}) {
    DaemonOptions options;
    const auto table = daemon_options(options);
    set_defaults(table);
    const auto read = read_configuration_text(table, "sample", sample);
    EXPECT_TRUE(read.has_value()) << read.error().message();
    EXPECT_EQ(options.data, "/var/lib/holdfast");
    EXPECT_EQ(options.segment_bytes, 64 << 20);
  }
}

TEST(Reference, EveryStatusThatAnErrorCanEndInIsDocumented) {
  for (int code = 0; code <= static_cast<int>(storage::Code::kInternal); ++code) {
    const int status = storage::exit_status(static_cast<storage::Code>(code));
    const auto documented = daemon_exit_statuses();
    EXPECT_NE(std::ranges::find(documented, status, &ExitStatus::status), documented.end())
        << "code " << code << " exits " << status;
  }
}

TEST(Reference, WritesWhatTheCheckThenFinds) {
  const test::TempDirectory etc;
  EXPECT_EQ(outdated_reference(etc.path()).size(), reference_files().size());
  ASSERT_TRUE(write_reference(etc.path()).has_value());
  EXPECT_THAT(outdated_reference(etc.path()), IsEmpty());
  test::write_file(etc / "holdfast.conf", sample_configuration() + "more\n");
  EXPECT_THAT(outdated_reference(etc.path()), ElementsAre("holdfast.conf"));
}

}  // namespace
}  // namespace holdfast::cmd
