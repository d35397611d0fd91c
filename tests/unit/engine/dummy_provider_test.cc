#include "engine/dummy_provider.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>

namespace holdfast::engine {
namespace {

ChargeAnswer ask(DummyProvider& provider, std::uint64_t number, std::int64_t minor,
                 const std::string& token) {
  std::promise<ChargeAnswer> promise;
  auto future = promise.get_future();
  provider.charge({number}, {minor}, "USD", token,
                  [&promise](ChargeAnswer answer) { promise.set_value(std::move(answer)); });
  EXPECT_EQ(future.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  return future.get();
}

TEST(DummyProvider, ApprovesWithATransaction) {
  DummyProvider provider({});
  const auto answer = ask(provider, 7, 100, "");
  EXPECT_TRUE(answer.approved);
  EXPECT_EQ(answer.transaction, DummyProvider::transaction_of({7}));
}

TEST(DummyProvider, DeclinesTheAmountsAndTokensOfItsOptions) {
  DummyProvider provider({.delay = {}, .declined_amounts = {666}, .declined_tokens = {"bad"}});
  EXPECT_EQ(ask(provider, 1, 666, "").reason, "amount declined");
  EXPECT_EQ(ask(provider, 2, 100, "bad").reason, "token declined");
  EXPECT_TRUE(ask(provider, 3, 667, "good").approved);
}

TEST(DummyProvider, AskedTwiceAnswersTheSame) {
  DummyProvider provider({});
  EXPECT_EQ(ask(provider, 9, 100, "").transaction, ask(provider, 9, 100, "").transaction);
}

TEST(DummyProvider, TransactionsAreUnique) {
  std::set<std::string> seen;
  for (std::uint64_t number = 1; number <= 10'000; ++number) {
    const std::string transaction = DummyProvider::transaction_of({number});
    EXPECT_EQ(transaction.size(), 16U);
    EXPECT_TRUE(seen.insert(transaction).second);
  }
}

TEST(DummyProvider, WaitsForItsDelay) {
  DummyProvider provider(
      {.delay = std::chrono::milliseconds(20), .declined_amounts = {}, .declined_tokens = {}});
  const auto before = std::chrono::steady_clock::now();
  ask(provider, 1, 100, "");
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
}

TEST(DummyProvider, EndsWithChargesUnanswered) {
  bool answered = false;
  {
    DummyProvider provider(
        {.delay = std::chrono::hours(1), .declined_amounts = {}, .declined_tokens = {}});
    provider.charge({1}, {100}, "USD", "", [&answered](ChargeAnswer) { answered = true; });
  }
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace holdfast::engine
