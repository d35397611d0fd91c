#include "engine/idempotency.h"

#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

class Idempotency : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(machine_.code(ana_, "REGISTER ana secret"), "OK"); }
  std::size_t entries() {
    std::size_t count = 0;
    for (const auto& [key, value] : machine_.store().rows()) {
      count += key.first == kIdempotency.value || key.first == kIdempotencyExpiry.value ? 1 : 0;
    }
    return count;
  }

  Machine machine_;
  Session& ana_ = machine_.connect();
};

TEST_F(Idempotency, TheSameRequestGetsTheSameReply) {
  const auto first = machine_.run(ana_, "BOOK show 1 id=a1");
  ASSERT_TRUE(first) << first.error().to_string();
  const Seq seq = machine_.store().last_seq();
  const auto second = machine_.run(ana_, "book show 1 ID=a1");
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(test::field_of_reply(*second, "locator"), test::field_of_reply(*first, "locator"));
  EXPECT_EQ(test::field_of_reply(*second, "replayed"), "1");
  EXPECT_EQ(test::field_of_reply(*second, "seq"), std::to_string(seq.value));
  EXPECT_EQ(machine_.store().last_seq(), seq);
}

TEST_F(Idempotency, AReplayIsTheSameAfterARestart) {
  const std::string locator = machine_.field(ana_, "BOOK show 1 id=a1", "locator");
  machine_.restart();
  Session& again = machine_.connect();
  ASSERT_EQ(machine_.code(again, "AUTH ana secret"), "OK");
  EXPECT_EQ(machine_.field(again, "BOOK show 1 id=a1", "locator"), locator);
}

TEST_F(Idempotency, AnotherRequestWithTheSameTokenIsRefused) {
  ASSERT_EQ(machine_.code(ana_, "BOOK show 1 id=a1"), "OK");
  EXPECT_EQ(machine_.code(ana_, "BOOK show 2 id=a1"), "SAMEID");
  EXPECT_EQ(machine_.code(ana_, "HOLD show 1 id=a1"), "SAMEID");
}

TEST_F(Idempotency, OrderOfOptionsDoesNotMatterOfWordsItDoes) {
  ASSERT_EQ(machine_.code(ana_, "HOLD show 1 2 ttl=5m party=2 id=a1"), "OK");
  EXPECT_EQ(machine_.field(ana_, "HOLD show 1 2 party=2 id=a1 TTL=5m", "replayed"), "1");
  EXPECT_EQ(machine_.code(ana_, "HOLD show 2 1 ttl=5m party=2 id=a1"), "SAMEID");
}

TEST_F(Idempotency, TokensBelongToTheirAccount) {
  ASSERT_EQ(machine_.code(ana_, "BOOK show 1 id=a1"), "OK");
  Session& ben = machine_.connect();
  ASSERT_EQ(machine_.code(ben, "REGISTER ben secret"), "OK");
  EXPECT_EQ(machine_.code(ben, "BOOK show 1 id=a1"), "TAKEN");
  EXPECT_EQ(machine_.code(ben, "BOOK show 2 id=a1"), "OK");
}

TEST_F(Idempotency, NobodyCannotUseTokens) {
  EXPECT_EQ(machine_.code(machine_.connect_as_admin(), "BOOK show 1 id=a1"), "NOAUTH");
}

TEST_F(Idempotency, RefusalsAreNotRemembered) {
  ASSERT_EQ(machine_.code(ana_, "BOOK show 1"), "OK");
  EXPECT_EQ(machine_.code(ana_, "BOOK show 1 id=a1"), "TAKEN");
  EXPECT_EQ(entries(), 0U);
  EXPECT_EQ(machine_.code(ana_, "BOOK show 2 id=a1"), "OK");
}

TEST_F(Idempotency, WhatChangesNothingIsRememberedToo) {
  const std::string locator = machine_.field(ana_, "BOOK show 1", "locator");
  ASSERT_EQ(machine_.code(ana_, "CANCEL " + locator), "OK");
  ASSERT_EQ(machine_.code(ana_, "CANCEL " + locator + " id=c1"), "OK");
  EXPECT_EQ(machine_.field(ana_, "CANCEL " + locator + " id=c1", "replayed"), "1");
}

TEST_F(Idempotency, ADryRunIsNotRememberedAndTellsThatARepetitionWouldBeReplayed) {
  ASSERT_EQ(machine_.code(ana_, "DRYRUN BOOK show 1 id=a1"), "OK");
  EXPECT_EQ(entries(), 0U);
  ASSERT_EQ(machine_.code(ana_, "BOOK show 1 id=a1"), "OK");
  const auto seq = machine_.store().last_seq();
  EXPECT_EQ(machine_.field(ana_, "DRYRUN BOOK show 1 id=a1", "replayed"), "1");
  EXPECT_EQ(machine_.field(ana_, "DRYRUN BOOK show 1 id=a1", "dryrun"), "1");
  EXPECT_EQ(machine_.code(ana_, "DRYRUN BOOK show 2 id=a1"), "SAMEID");
  EXPECT_EQ(machine_.store().last_seq(), seq);
}

TEST_F(Idempotency, AnAsynchronousCommandIsReplayedOnceAnswered) {
  const std::string locator = machine_.field(ana_, "HOLD show 1", "locator");
  const std::string transaction = machine_.field(ana_, "PAY " + locator + " id=p1", "transaction");
  EXPECT_FALSE(transaction.empty());
  const auto again = machine_.run(ana_, "PAY " + locator + " id=p1");
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(test::field_of_reply(*again, "transaction"), transaction);
  EXPECT_EQ(test::field_of_reply(*again, "replayed"), "1");
}

TEST_F(Idempotency, ARequestThatStillRunsIsBusy) {
  const std::string locator = machine_.field(ana_, "HOLD show 1", "locator");
  ASSERT_EQ(machine_.execute(ana_, "PAY " + locator + " id=p1").state, Execution::State::kPending);
  Session& second = machine_.connect();
  second.account = ana_.account;
  second.role = ana_.role;
  const Execution again = machine_.execute(second, "PAY " + locator + " id=p1");
  ASSERT_EQ(again.state, Execution::State::kDone);
  EXPECT_EQ(again.answer->reply.error().code(), Code::kBusy);
}

TEST_F(Idempotency, ATokenRunsNoMoreOnceItsRequestIsAnswered) {
  Session& second = machine_.connect();
  second.account = ana_.account;
  second.person = ana_.person;
  second.role = ana_.role;
  const std::string locator = machine_.field(ana_, "HOLD show 1", "locator");
  ASSERT_EQ(machine_.execute(ana_, "PAY " + locator + " id=p1").state, Execution::State::kPending);
  ASSERT_EQ(machine_.execute(second, "BOOK show 2 id=p1").answer->reply.error().code(),
            Code::kBusy);
  EXPECT_EQ(machine_.execute(second, "BOOK show 2 id=p2").state, Execution::State::kDone);
  machine_.turn();
  machine_.turn();
  // Answered: its token is remembered, and no longer running.
  EXPECT_EQ(machine_.code(second, "BOOK show 3 id=p1"), "SAMEID");
}

// The provider is asked only after the crash; who asked has gone with it.
TEST_F(Idempotency, ATokenOfAPaymentOutlivesACrashWhileTheProviderIsAsked) {
  const std::string locator = machine_.field(ana_, "HOLD show 1", "locator");
  ASSERT_EQ(machine_.execute(ana_, "PAY " + locator + " id=p1").state, Execution::State::kPending);
  machine_.restart();
  Session& again = machine_.connect();
  again.account = AccountId{1};
  again.person = PersonId{1};
  again.role = Role::kCustomer;
  const Execution running = machine_.execute(again, "PAY " + locator + " id=p1");
  ASSERT_EQ(running.state, Execution::State::kDone);
  ASSERT_FALSE(running.answer->reply);
  EXPECT_EQ(running.answer->reply.error().code(), Code::kBusy);
  machine_.turn();
  const auto reply = machine_.run(again, "PAY " + locator + " id=p1");
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(test::field_of_reply(*reply, "transaction"), "TX1");
  EXPECT_EQ(test::field_of_reply(*reply, "payment"), "paid");
  EXPECT_EQ(test::field_of_reply(*reply, "replayed"), "1");
  EXPECT_EQ(machine_.code(again, "PAY " + locator + " token=other id=p1"), "SAMEID");
}

TEST_F(Idempotency, EntriesArePurgedAfterADay) {
  ASSERT_EQ(machine_.code(ana_, "BOOK show 1 id=a1"), "OK");
  EXPECT_GT(entries(), 0U);
  machine_.clock().passed_us += 86'399'000'000;
  machine_.turn();
  EXPECT_GT(entries(), 0U);
  machine_.clock().passed_us += 2'000'000;
  machine_.turn();
  EXPECT_EQ(entries(), 0U);
  EXPECT_EQ(machine_.last_words(), "PURGE 1");
}

TEST_F(Idempotency, LongRepliesAreKeptInParts) {
  const RequestKey key{.account = {1}, .person = {1}, .token = "long", .digest = {}};
  Record record;
  record.add("text", std::string(5000, 'x'));
  const auto txn = machine_.store().begin();
  ASSERT_TRUE(remember(*txn, key, Reply{.value = record}, {9}, {0}));
  std::vector<std::unique_ptr<std::string>> names;
  const auto reply = recall(*txn, key, names);
  ASSERT_TRUE(reply && *reply);
  EXPECT_EQ(test::field_of_reply(**reply, "text"), std::string(5000, 'x'));
  EXPECT_EQ(test::field_of_reply(**reply, "seq"), "9");
}

}  // namespace
}  // namespace holdfast::engine
