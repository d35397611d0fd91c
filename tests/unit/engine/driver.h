// Driver: an engine over any store, turned as net would turn it, with clocks and a payment provider
// that the test drives.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "tests/support/stopped_clock.h"

namespace holdfast::test {

// Answers at once, from within the call: yes, unless the token is "declined".
class ApprovingProvider : public engine::PaymentProvider {
 public:
  void charge(engine::PaymentId number, engine::Money, std::string_view, std::string_view,
              Done done) override;
};

// The cheapest hashing that libsodium takes: tests are not about its strength.
engine::HashCost cheap_hash();

class Driver {
 public:
  // Without an engine until start().
  explicit Driver(engine::EngineOptions options = {});

  // An engine over `store`, in place of the one before. Both outlive the engine.
  void start(storage::Store& store, const StoppedClock& clock, storage::Time last = {});
  void stop() { engine_.reset(); }

  engine::Engine& engine() { return *engine_; }
  engine::Session& connect();           // a guest from 127.0.0.1
  engine::Session& connect_as_admin();  // on the admin socket
  // By a listener of the house that sells one offering.
  engine::Session& connect_to(std::string offering, engine::Role role = engine::Role::kAgent);

  // Blanks within double quotes belong to the word.
  engine::Result<engine::Reply> run(engine::Session& session, std::string_view line);
  // As run(), with the stamp and without ending the turn; REQUIRES: not asynchronous.
  engine::Execution execute(engine::Session& session, std::string_view line);
  void turn();

  std::vector<engine::Push> pushes;  // of all turns

 private:
  void wait_for_wake();

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
