#include "engine/tokens.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

constexpr AccountId kAna{1};
constexpr AccountId kBen{2};
constexpr Time kNow{1'000'000};
constexpr Time kLater{2'000'000};

TEST(Tokens, StandForAnAccountUntilTheirTimeIsOver) {
  Tokens tokens;
  const std::string token = tokens.create(kAna, kNow, kLater);
  EXPECT_EQ(token.size(), 32U);
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), token.npos);
  EXPECT_EQ(tokens.find(token, kNow), kAna);
  EXPECT_EQ(tokens.find(token, kLater), std::nullopt);
  EXPECT_EQ(tokens.find(token + "0", kNow), std::nullopt);
  EXPECT_EQ(tokens.find("", kNow), std::nullopt);
}

TEST(Tokens, EachIsAnotherAndEndsAlone) {
  Tokens tokens;
  const std::string first = tokens.create(kAna, kNow, kLater);
  const std::string second = tokens.create(kAna, kNow, kLater);
  EXPECT_NE(first, second);
  EXPECT_TRUE(tokens.drop(first));
  EXPECT_FALSE(tokens.drop(first));
  EXPECT_EQ(tokens.find(first, kNow), std::nullopt);
  EXPECT_EQ(tokens.find(second, kNow), kAna);
}

TEST(Tokens, AllOfAnAccountEndTogether) {
  Tokens tokens;
  tokens.create(kAna, kNow, kLater);
  const std::string other = tokens.create(kBen, kNow, kLater);
  tokens.create(kAna, kNow, kLater);
  tokens.drop_all(kAna);
  EXPECT_EQ(tokens.count(), 1U);
  EXPECT_EQ(tokens.find(other, kNow), kBen);
}

TEST(Tokens, TheOldestMakeRoom) {
  Tokens tokens;
  const std::string others = tokens.create(kBen, kNow, kLater);
  std::vector<std::string> mine;
  for (std::size_t i = 0; i <= Tokens::kMaxOfAccount; ++i) {
    mine.push_back(tokens.create(kAna, kNow, kLater));
  }
  EXPECT_EQ(tokens.find(mine[0], kNow), std::nullopt);
  EXPECT_EQ(tokens.find(mine[1], kNow), kAna);
  EXPECT_EQ(tokens.find(others, kNow), kBen);
  for (std::uint32_t account = 10; tokens.count() < Tokens::kMaxInAll; ++account) {
    for (int i = 0; i < 60; ++i) tokens.create({account}, kNow, kLater);
  }
  tokens.create(kBen, kNow, kLater);
  EXPECT_EQ(tokens.count(), Tokens::kMaxInAll);
  EXPECT_EQ(tokens.find(others, kNow), std::nullopt);
}

TEST(Tokens, ThoseThatAreOverAreForgottenWhenMoreAreMade) {
  Tokens tokens;
  for (int i = 0; i < 10; ++i) tokens.create(kAna, kNow, kLater);
  tokens.create(kBen, kLater, {kLater.us + 1});
  EXPECT_EQ(tokens.count(), 1U);
}

// ---- their commands ----

std::string token_of(Machine& machine, Session& session) {
  return machine.field(session, "TOKEN CREATE lasts=1h", "token");
}

TEST(TokenCommands, ATokenLogsInElsewhere) {
  Machine machine;
  Session& ana = machine.connect();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  const std::string token = token_of(machine, ana);
  Session& other = machine.connect();
  EXPECT_EQ(machine.field(other, "TOKEN USE " + token, "name"), "ana");
  EXPECT_EQ(other.role, Role::kCustomer);
  EXPECT_EQ(machine.code(machine.connect(), "TOKEN DROP " + token), "OK");
  EXPECT_EQ(machine.code(machine.connect(), "TOKEN DROP " + token), "NOTFOUND");
  EXPECT_EQ(machine.code(machine.connect(), "TOKEN USE " + token), "NOAUTH");
}

TEST(TokenCommands, OnlyWhoHasAnAccountMakesOne) {
  Machine machine;
  EXPECT_EQ(machine.code(machine.connect(), "TOKEN CREATE"), "NOAUTH");
  EXPECT_EQ(machine.code(machine.connect_as_admin(), "TOKEN CREATE"), "STATE");
  Session& ana = machine.connect();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  EXPECT_EQ(machine.code(ana, "TOKEN CREATE lasts=31d"), "LIMIT");
}

// Whatever makes the login another, or ends it, ends the tokens that stand for it.
TEST(TokenCommands, ANewPasswordADisabledAndAnErasedAccountEndThem) {
  for (const auto& [of_admin, ending] : {std::pair(false, "PASSWD secret other"),
                                         {true, "USER PASSWD ana other"},
                                         {true, "USER DISABLE ana"},
                                         {true, "PERSON ERASE ana"}}) {
    SCOPED_TRACE(ending);
    Machine machine;
    Session& ana = machine.connect();
    ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
    const std::string token = token_of(machine, ana);
    Session& who = of_admin ? machine.connect_as_admin() : ana;
    ASSERT_EQ(machine.code(who, ending), "OK");
    EXPECT_EQ(machine.code(machine.connect(), "TOKEN USE " + token), "NOAUTH");
    EXPECT_EQ(machine.code(machine.connect(), "TOKEN DROP " + token), "NOTFOUND");
  }
}

// Whoever comes by a token later has the role of then.
TEST(TokenCommands, ATokenCarriesTheRoleOfTheAccountAsItIs) {
  Machine machine;
  Session& ana = machine.connect();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  const std::string token = token_of(machine, ana);
  ASSERT_EQ(machine.code(machine.connect_as_admin(), "USER ROLE ana agent"), "OK");
  Session& other = machine.connect();
  ASSERT_EQ(machine.code(other, "TOKEN USE " + token), "OK");
  EXPECT_EQ(other.role, Role::kAgent);
}

}  // namespace
}  // namespace holdfast::engine
