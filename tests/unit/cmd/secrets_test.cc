#include "cmd/terminal/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> asked_for(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const auto& secret : missing_secrets(words)) {
    names.push_back(secret.name + (secret.fresh ? " (fresh)" : ""));
  }
  return names;
}

TEST(History, KeepsOrdinaryCommands) {
  for (const auto* line : {"PING", "ping hello", "help auth", "WHOAMI", "AUTH", "INFO server"}) {
    EXPECT_TRUE(fit_for_history(line)) << line;
  }
}

TEST(History, NeverKeepsArgumentsOfCommandsThatTakeASecret) {
  for (const auto* line :
       {"AUTH ana secret", "auth \"ana ruiz\" 'se cret'", "  REGISTER ana secret", "PASSWD old new",
        "HELLO 3 AUTH ana secret", "AUTH ana", "Auth ana secret surplus"}) {
    EXPECT_FALSE(fit_for_history(line)) << line;
  }
}

TEST(History, DoesNotKeepWhatItDoesNotUnderstand) {
  for (const auto* line : {"AUHT ana secret", "AUTH ana \"secret", "", "   ", "\"AUTH\" ana s"}) {
    EXPECT_FALSE(fit_for_history(line)) << line;
  }
}

TEST(History, LooksBehindDryRun) {
  EXPECT_FALSE(fit_for_history("DRYRUN REGISTER ana secret"));
  EXPECT_TRUE(carries_secret({"DRYRUN", "REGISTER", "ana", "secret"}));
}

TEST(MissingSecrets, AreAskedForWhenAllElseIsThere) {
  EXPECT_THAT(asked_for({"AUTH", "ana"}), ElementsAre("password"));
  EXPECT_THAT(asked_for({"register", "ana"}), ElementsAre("password (fresh)"));
  EXPECT_THAT(asked_for({"PASSWD"}), ElementsAre("old password", "new password (fresh)"));
  EXPECT_THAT(asked_for({"PASSWD", "old"}), ElementsAre("new password (fresh)"));
}

TEST(MissingSecrets, AreNotAskedForOtherwise) {
  EXPECT_THAT(asked_for({"AUTH"}), ElementsAre());
  EXPECT_THAT(asked_for({"AUTH", "ana", "secret"}), ElementsAre());
  EXPECT_THAT(asked_for({"PING"}), ElementsAre());
  EXPECT_THAT(asked_for({"HELLO", "3"}), ElementsAre());
  EXPECT_THAT(asked_for({"NOSUCH"}), ElementsAre());
}

TEST(MissingSecrets, CompleteTheCommand) {
  const auto words = complete_secrets({"PASSWD"}, [](const MissingSecret& secret) {
    return storage::Result<std::string>(secret.name == "old password" ? "a" : "b");
  });
  ASSERT_TRUE(words.has_value());
  EXPECT_THAT(*words, ElementsAre("PASSWD", "a", "b"));
}

}  // namespace
}  // namespace holdfast::cmd
