// Machine: a whole engine over a MemoryStore, with clocks and a payment provider that the test
// drives. A line is run as net would: turn by turn until its answer is there.
//
// For sale: `show`, an event of units 1-10 at 10.00 USD, pay=later.

#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "tests/support/memory_store.h"

namespace holdfast::test {

// Clocks that stand still until the test moves them.
class StoppedClock : public storage::Clock {
 public:
  // 2026-12-01T10:00:00Z, five minutes after boot.
  storage::Time wall() const override { return {1'796'119'200'000'000 + passed_us}; }
  storage::Duration since_boot() const override { return {300'000'000 + passed_us}; }
  std::int64_t passed_us = 0;
};

// Approves at once, from within the call.
class ApprovingProvider : public engine::PaymentProvider {
 public:
  void charge(engine::PaymentId number, engine::Money, std::string_view, std::string_view,
              Done done) override;
};

// The cheapest hashing that libsodium takes: tests are not about its strength.
engine::HashCost cheap_hash();

class Machine {
 public:
  explicit Machine(engine::EngineOptions options = {});

  engine::Engine& engine() { return *engine_; }
  MemoryStore& store() { return store_; }
  StoppedClock& clock() { return clock_; }
  // A second engine over the same store: what a restart would find.
  void restart();

  engine::Session& connect();           // a guest from 127.0.0.1
  engine::Session& connect_as_admin();  // on the admin socket
  // By a listener of the house that sells one offering.
  engine::Session& connect_to(std::string offering, engine::Role role = engine::Role::kAgent);

  // Blanks within double quotes belong to the word.
  engine::Result<engine::Reply> run(engine::Session& session, std::string_view line);
  // As run(), with the stamp and without ending the turn; REQUIRES: not asynchronous.
  engine::Execution execute(engine::Session& session, std::string_view line);
  void turn();
  // The code of the refusal; "OK" when there was none.
  std::string code(engine::Session& session, std::string_view line);
  // A field of the reply as text, or of the refusal; "" if there is none.
  std::string field(engine::Session& session, std::string_view line, std::string_view name);

  std::vector<engine::Push> pushes;  // of all turns
  // Words of the record of a commit, joined by blanks.
  std::string words_of(storage::Seq seq) const;
  std::string last_words() const { return words_of(store_.last_seq()); }

 private:
  void wait_for_wake();

  MemoryStore store_;
  StoppedClock clock_;
  ApprovingProvider provider_;
  engine::EngineOptions options_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;  // under mutex_
  std::vector<engine::Completion> completions_;
  std::unique_ptr<engine::Engine> engine_;
};

std::string text_of(const engine::Value& value);
std::string field_of_reply(const engine::Reply& reply, std::string_view name);
std::vector<std::string> split_line(std::string_view line);

}  // namespace holdfast::test
