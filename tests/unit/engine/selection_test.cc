#include "engine/commands/selection.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/limits.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

class SelectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::string_view line :
         {"PLAN CREATE row rows=A seats=1-8",
          "OFFERING CREATE gala plan=row axis=event currency=USD price=100",
          "OFFERING CREATE coach plan=row axis=legs stops=A,B,C currency=USD price=400",
          "OFFERING CREATE bus plan=row axis=event currency=INR price=100"}) {
      ASSERT_EQ(code(line), "OK") << line;
    }
  }

  std::string code(std::string_view line) { return machine_.code(agent_, line); }
  std::string field(std::string_view line, std::string_view name) {
    return machine_.field(agent_, line, name);
  }

  test::Machine machine_;
  Session& agent_ = machine_.connect_as_admin();
};

TEST_F(SelectionTest, AUnitNamedTwiceIsABadValueWhereverItIsNamed) {
  EXPECT_EQ(code("HOLD gala A1 A1"), "BADVALUE");
  EXPECT_EQ(code("HOLD gala A1 + gala A2 A1"), "BADVALUE");
  EXPECT_EQ(field("HOLD gala A1 + gala A1", "unit"), "A1");
  EXPECT_EQ(code("HOLD coach A1 legs=A-B + coach A1 legs=A-C"), "BADVALUE");
  EXPECT_EQ(code("HOLD coach A1 legs=A-B + coach A1 legs=B-C"), "OK");
}

TEST_F(SelectionTest, TheEngineLeavesNamedUnitsAloneInWhateverOrderTheyCome) {
  EXPECT_EQ(field("QUOTE gala n=2 + gala A1 A2", "items"), "gala/A3,gala/A4,gala/A1,gala/A2");
  EXPECT_EQ(field("QUOTE gala n=2 + gala n=2", "items"), "gala/A1,gala/A2,gala/A3,gala/A4");
  EXPECT_EQ(field("QUOTE coach n=1 legs=A-B + coach n=1 legs=B-C", "items"), "coach/A1,coach/A1");
  EXPECT_EQ(field("QUOTE coach n=1 legs=A-C + coach n=1 legs=B-C", "items"), "coach/A1,coach/A2");
}

TEST_F(SelectionTest, ASecondCurrencyIsABadValue) {
  EXPECT_EQ(code("HOLD gala A1 + bus A1"), "BADVALUE");
  EXPECT_EQ(field("HOLD gala A1 + bus A1", "currency"), "INR");
}

TEST_F(SelectionTest, AllUnitsOfACommandCountAgainstItsLimit) {
  EXPECT_EQ(code("HOLD gala n=150 + gala upto=51"), "LIMIT");
  EXPECT_EQ(code("HOLD gala n=100 + coach upto=100 legs=A-B"), "SOLDOUT");
}

TEST_F(SelectionTest, WordsThatExcludeEachOtherAreArgs) {
  for (const std::string_view line :
       {"HOLD gala", "HOLD gala A1 n=1", "HOLD gala n=1 upto=2", "HOLD gala A1 together",
        "HOLD gala A1 type=seat", "HOLD gala together", "HOLD gala upto=2 together",
        "HOLD gala A1 lowest", "HOLD gala n=2 together lowest", "HOLD gala n=1 legs=A-B",
        "HOLD coach n=1", "HOLD gala A1 +"}) {
    EXPECT_EQ(code(line), "ARGS") << line;
  }
}

TEST_F(SelectionTest, ATakenUnitIsNamedWithStateAndTime) {
  ASSERT_EQ(code("HOLD gala A1 ttl=60s"), "OK");
  EXPECT_EQ(code("HOLD gala A2 A1"), "TAKEN");
  EXPECT_EQ(field("HOLD gala A1", "unit"), "A1");
  EXPECT_EQ(field("HOLD gala A1", "state"), "held");
  EXPECT_EQ(field("HOLD gala A1", "until"), "2026-12-01T10:01:01Z");
  EXPECT_EQ(code("HOLD gala A2"), "OK");
}

// Without a turn between: the command itself meets the overdue hold.
TEST_F(SelectionTest, AnOverdueHoldIsNoObstacle) {
  ASSERT_EQ(code("HOLD gala A1 A2 A3 A4 A5 A6 A7 A8 ttl=60s"), "OK");
  machine_.clock().passed_us += 61'000'000;
  const auto named = machine_.execute(agent_, "HOLD gala A1");
  ASSERT_TRUE(named.answer->reply) << named.answer->reply.error().to_string();
  machine_.turn();

  ASSERT_EQ(code("HOLD gala A2 A3 A4 A5 A6 A7 A8 ttl=60s"), "OK");
  machine_.clock().passed_us += 61'000'000;
  const auto quoted = machine_.execute(agent_, "QUOTE gala A8");
  EXPECT_TRUE(quoted.answer->reply);
  const auto chosen = machine_.execute(agent_, "HOLD gala n=7 together");
  ASSERT_TRUE(chosen.answer->reply) << chosen.answer->reply.error().to_string();
  machine_.turn();
}

}  // namespace
}  // namespace holdfast::engine
