#include "cmd/terminal/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Vocabulary few_commands() {
  Vocabulary vocabulary;
  vocabulary.add("HOLD", {.usage = "HOLD offering ...",
                          .summary = "Holds units",
                          .options = {"type=", "n=", "together", "ttl="}});
  vocabulary.add("HELP", {.usage = "HELP [topic...]", .summary = "Helps", .options = {}});
  vocabulary.add("PLAN CREATE", {.usage = "PLAN CREATE name", .summary = "", .options = {"rows="}});
  vocabulary.add("PLAN SHOW", {.usage = "PLAN SHOW name", .summary = "", .options = {}});
  return vocabulary;
}

TEST(Vocabulary, CompletesVerbsInTheCaseThatWasBegun) {
  EXPECT_THAT(few_commands().complete("H").candidates, ElementsAre("HELP", "HOLD"));
  EXPECT_THAT(few_commands().complete("ho").candidates, ElementsAre("hold"));
  EXPECT_THAT(few_commands().complete("").candidates, ElementsAre("HELP", "HOLD", "PLAN"));
}

TEST(Vocabulary, CompletesSubCommands) {
  EXPECT_THAT(few_commands().complete("PLAN ").candidates, ElementsAre("CREATE", "SHOW"));
  EXPECT_THAT(few_commands().complete("plan c").candidates, ElementsAre("create"));
}

TEST(Vocabulary, CompletesOptionsOfTheCommand) {
  const auto completion = few_commands().complete("HOLD gala t");
  EXPECT_EQ(completion.replaced, 1U);
  EXPECT_THAT(completion.candidates, ElementsAre("together", "ttl=", "type="));
  EXPECT_THAT(few_commands().complete("PLAN CREATE x r").candidates, ElementsAre("rows="));
  EXPECT_THAT(few_commands().complete("NOSUCH x").candidates, IsEmpty());
}

TEST(Vocabulary, CompletesChoicesOfAnOption) {
  const auto vocabulary = Vocabulary::built_in();
  EXPECT_THAT(vocabulary.complete("OFFERING CREATE x axis=n").candidates,
              ElementsAre("axis=nights"));
  EXPECT_THAT(vocabulary.complete("OFFERING CREATE x pay=").candidates,
              ElementsAre("pay=first", "pay=later"));
}

TEST(Vocabulary, CompletesTheCommandThatAnotherStandsBefore) {
  const auto vocabulary = Vocabulary::built_in();
  EXPECT_THAT(vocabulary.complete("DRYRUN HO").candidates, ElementsAre("HOLD"));
  EXPECT_THAT(vocabulary.complete("dryrun hold gala tog").candidates, ElementsAre("together"));
}

TEST(Vocabulary, CompletesTheTopicsOfHelp) {
  const auto vocabulary = Vocabulary::built_in();
  EXPECT_THAT(vocabulary.complete("HELP @s").candidates,
              ElementsAre("@sell", "@session", "@stock"));
  EXPECT_THAT(vocabulary.complete("HELP AV").candidates, ElementsAre("AVAIL"));
  EXPECT_THAT(vocabulary.complete("HELP PLAN C").candidates, ElementsAre("CREATE"));
  EXPECT_THAT(vocabulary.complete("HELP HOLD tog").candidates, IsEmpty());
}

TEST(Vocabulary, CompletesTheOfferingsThatThereAreNow) {
  auto vocabulary = Vocabulary::built_in();
  EXPECT_THAT(vocabulary.complete("MAP ga").candidates, IsEmpty());
  std::vector<std::string> names{"gala", "gala-2037", "grand"};
  vocabulary.ask_for_offerings([&] { return names; });
  EXPECT_THAT(vocabulary.complete("MAP ga").candidates, ElementsAre("gala", "gala-2037"));
  EXPECT_THAT(vocabulary.complete("hold gala F11 + gr").candidates, ElementsAre("grand"));
  EXPECT_THAT(vocabulary.complete("HOLD gala gr").candidates, IsEmpty());
  EXPECT_THAT(vocabulary.complete("WATCH gala gr").candidates, ElementsAre("grand"));
  EXPECT_THAT(vocabulary.complete("OFFERING SHOW gr").candidates, ElementsAre("grand"));
  names = {"gamma"};
  EXPECT_THAT(vocabulary.complete("DRYRUN HOLD ga").candidates, ElementsAre("gamma"));
}

TEST(Vocabulary, ABlankInQuotesDoesNotBeginAWord) {
  EXPECT_THAT(few_commands().complete("HOLD gala guest=\"Ana t").candidates, IsEmpty());
}

TEST(Vocabulary, FindsTheCommandOfALine) {
  const auto vocabulary = few_commands();
  ASSERT_NE(vocabulary.find("plan show x"), nullptr);
  EXPECT_EQ(vocabulary.find("plan show x")->usage, "PLAN SHOW name");
  EXPECT_EQ(vocabulary.find("plan"), nullptr);
}

TEST(Vocabulary, CommonStartIsAsFarAsThereIsNoChoice) {
  EXPECT_EQ(Vocabulary::common_start({"together", "token="}), "to");
  EXPECT_EQ(Vocabulary::common_start({"hold"}), "hold");
  EXPECT_EQ(Vocabulary::common_start({}), "");
}

TEST(Vocabulary, TheBuiltInOneKnowsTheTable) {
  EXPECT_THAT(Vocabulary::built_in().complete("PI").candidates, Contains("PING"));
}

}  // namespace
}  // namespace holdfast::cmd
