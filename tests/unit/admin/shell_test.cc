#include "admin/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "admin/command_table.h"
#include "engine/command_table.h"
#include "storage/local_store.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/collected_output.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using admin::ExitCode;
using admin::Shell;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(CommandTable, NamesEveryCommandOnceAndCanRunIt) {
  std::set<std::string_view> names;
  std::string_view group;
  std::set<std::string_view> groups;
  for (const admin::Command& command : admin::command_table()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_NE(command.run, nullptr) << command.name;
    EXPECT_LE(command.least, command.most) << command.name;
    EXPECT_FALSE(command.summary.empty() || command.summary.ends_with('.')) << command.name;
    if (word(command.group) != group) {
      EXPECT_TRUE(groups.insert(word(command.group)).second) << "two runs of a group";
    }
    group = word(command.group);
  }
}

TEST(CommandTable, PassesOnWhatTheServerKnows) {
  for (const admin::Command& command : admin::command_table()) {
    if (command.native.empty()) continue;
    std::vector<std::string_view> words = {command.native.substr(0, command.native.find(' '))};
    if (const auto blank = command.native.find(' '); blank != std::string_view::npos) {
      words.push_back(command.native.substr(blank + 1));
    }
    const auto found = engine::find_command(words);
    ASSERT_TRUE(found) << command.native;
    EXPECT_EQ(found->spec->name, command.native);
    const bool reads = command.effect == admin::Effect::kReads;
    EXPECT_FALSE(reads && (found->spec->flags & engine::kWrite) != 0) << command.name;
  }
}

class ShellOnASoldStore : public testing::Test {
 protected:
  void SetUp() override {
    make_sold_store(directory_ / "data");
    auto target = admin::Target::open({.directory = (directory_ / "data").string()});
    ASSERT_TRUE(target);
    target_.emplace(std::move(*target));
    shell_.emplace(*target_, output_, admin::ShellOptions());
  }
  ExitCode run(const std::vector<std::string>& words) {
    output_ = {};
    const auto result = shell_->run(words);
    complaint_ = result ? "" : result.error().message();
    return Shell::exit_code(result);
  }

  TempDirectory directory_;
  std::optional<admin::Target> target_;
  CollectedOutput output_;
  std::optional<Shell> shell_;
  std::string complaint_;
};

TEST_F(ShellOnASoldStore, SaysWhichModeItIsIn) {
  EXPECT_EQ(shell_->mode(), "offline");
  const auto lock =
      storage::DataDirectory::lock(storage::real_file_system(), (directory_ / "data").string());
  ASSERT_TRUE(lock);
  EXPECT_EQ(shell_->mode(), "offline (read only)");
}

TEST_F(ShellOnASoldStore, RefusesWrongWordsWithTheUsage) {
  EXPECT_EQ(run({"nope"}), ExitCode::kUsage);
  EXPECT_THAT(complaint_, HasSubstr("unknown command \"nope\""));
  EXPECT_EQ(run({"get", "items"}), ExitCode::kUsage);
  EXPECT_THAT(complaint_, HasSubstr("usage: get TABLE KEY [--hex]"));
  EXPECT_EQ(run({"journal"}), ExitCode::kUsage);
  EXPECT_EQ(run({"top", "-n", "1"}), ExitCode::kFindings);
  EXPECT_THAT(complaint_, HasSubstr("needs a running server"));
}

TEST_F(ShellOnASoldStore, ExplainsCommands) {
  EXPECT_EQ(run({"help"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), admin::command_table().size());
  for (const auto& row : output_.rows) {
    // On 80 columns the beginning of a summary is read beside its command.
    EXPECT_LT(row["command"].get<std::string>().size(), 18u) << row;
  }
  EXPECT_EQ(run({"help", "journal"}), ExitCode::kDone);
  EXPECT_THAT(output_.texts, HasSubstr("journal verify"));
  EXPECT_EQ(run({"help", "check"}), ExitCode::kDone);
  EXPECT_THAT(output_.texts, HasSubstr("--fast"));
  EXPECT_EQ(run({"help", "nope"}), ExitCode::kUsage);
}

TEST_F(ShellOnASoldStore, LooksAtTables) {
  EXPECT_EQ(run({"status"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["mode"], "offline");
  EXPECT_EQ(run({"tables"}), ExitCode::kDone);
  EXPECT_GT(output_.rows.size(), 20U);
  EXPECT_EQ(run({"stat", "reservations"}), ExitCode::kDone);
  const auto rows = output_.records.at(0)["rows"].get<std::size_t>();
  EXPECT_EQ(run({"ls", "reservations"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), rows);
  EXPECT_EQ(run({"ls", "reservations", "-n", "2"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), 2U);
  EXPECT_EQ(output_.remarks.size(), 1U);
  EXPECT_EQ(run({"ls", "items", "6"}), ExitCode::kDone);
  EXPECT_FALSE(output_.rows.empty());
  for (const auto& row : output_.rows) EXPECT_THAT(row["key"].get<std::string>(), HasSubstr("6/"));
  EXPECT_EQ(run({"get", "items", "1/1"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["key"], "1/1");
  EXPECT_EQ(run({"get", "items", "99999/1"}), ExitCode::kFindings);
  EXPECT_EQ(run({"account", "customer1"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["role"], "customer");
  EXPECT_FALSE(output_.records.at(0).contains("password_hash"));
  EXPECT_EQ(output_.rows.size(), 9U);
}

TEST_F(ShellOnASoldStore, RunsTheServersCommandsOffline) {
  EXPECT_EQ(run({"offering", "opera"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["offering"], "opera");
  EXPECT_EQ(run({"map", "inn", "nights=2027-05-14..2027-05-15"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["units"], 20);
  EXPECT_EQ(output_.records.at(0)["booked"], 2);
  EXPECT_EQ(run({"find", "guest=ana"}), ExitCode::kDone);
  ASSERT_EQ(output_.rows.size(), 2U);
  const auto locator = output_.rows[0]["locator"].get<std::string>();
  EXPECT_EQ(run({"history", locator}), ExitCode::kDone);
  EXPECT_FALSE(output_.rows.empty());
  EXPECT_EQ(run({"show", locator}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["locator"], locator);
  EXPECT_EQ(run({"why", "opera", "F10"}), ExitCode::kDone);
  EXPECT_EQ(run({"show", "AAAAAA"}), ExitCode::kFindings);
  EXPECT_EQ(run({"map", "nope"}), ExitCode::kFindings);
}

TEST_F(ShellOnASoldStore, ReadsTheJournal) {
  EXPECT_EQ(run({"journal", "ls"}), ExitCode::kDone);
  EXPECT_GT(output_.rows.size(), 2U);
  EXPECT_EQ(run({"journal", "tail", "-n", "3"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), 3U);
  EXPECT_EQ(run({"journal", "grep", "command=release"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), 1U);
  EXPECT_EQ(run({"journal", "grep", "account=customer2", "offering=opera"}), ExitCode::kDone);
  EXPECT_EQ(output_.rows.size(), 9U);
  EXPECT_EQ(run({"journal", "show", "3"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["seq"], 3);
  EXPECT_EQ(run({"journal", "show", "99999"}), ExitCode::kFindings);
  EXPECT_EQ(run({"journal", "verify"}), ExitCode::kDone);
  const auto receipt = output_.records.at(0)["chain"].get<std::string>();
  EXPECT_EQ(receipt.size(), 64U);
  EXPECT_EQ(run({"journal", "export", "..5"}), ExitCode::kDone);
  EXPECT_EQ(output_.lines.size(), 5U);
}

TEST_F(ShellOnASoldStore, ChecksTheStore) {
  EXPECT_EQ(run({"check"}), ExitCode::kDone);
  EXPECT_EQ(output_.records.at(0)["findings"], 0);
  EXPECT_EQ(run({"check", "--fast", "--full"}), ExitCode::kUsage);
}

TEST(ShellExitCode, WhatSomebodyStoppedWasNotRefused) {
  EXPECT_EQ(Shell::exit_code(admin::error(admin::Code::kBusy, "stopped")), ExitCode::kFailed);
  EXPECT_EQ(Shell::exit_code(admin::error(admin::Code::kNotFound, "none")), ExitCode::kFindings);
}

TEST_F(ShellOnASoldStore, CompletesCommandsAndOptions) {
  EXPECT_THAT(shell_->complete("jou").candidates, ElementsAre("journal"));
  EXPECT_THAT(shell_->complete("journal ta").candidates, ElementsAre("tail"));
  EXPECT_THAT(shell_->complete("check --fa").candidates, ElementsAre("--fast"));
  EXPECT_THAT(shell_->complete("ls reserv").candidates, ElementsAre("reservations"));
  EXPECT_THAT(shell_->complete("offering op").candidates, ElementsAre("opera"));
  EXPECT_EQ(run({"find", "guest=kofi"}), ExitCode::kDone);
  const auto locator = output_.rows.at(0)["locator"].get<std::string>();
  EXPECT_THAT(shell_->complete("show " + locator.substr(0, 4)).candidates, Contains(locator));
  EXPECT_THAT(shell_->complete("history " + locator.substr(0, 4)).candidates, Contains(locator));
  EXPECT_THAT(shell_->complete("help journal sh").candidates, ElementsAre("show"));
  EXPECT_EQ(shell_->hint("get items"), "get TABLE KEY [--hex]");
  EXPECT_EQ(shell_->hint("nope"), "");
}

}  // namespace
}  // namespace holdfast::test
