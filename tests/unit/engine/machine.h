// Machine: a whole engine over a MemoryStore, with clocks and a payment provider that the test
// drives. A line is run as net would: turn by turn until its answer is there.
//
// For sale: `show`, an event of units 1-10 at 10.00 USD, pay=later.

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "tests/support/memory_store.h"
#include "tests/unit/engine/driver.h"

namespace holdfast::test {

class Machine {
 public:
  explicit Machine(engine::EngineOptions options = {});

  engine::Engine& engine() { return driver_.engine(); }
  MemoryStore& store() { return store_; }
  StoppedClock& clock() { return clock_; }
  // A second engine over the same store: what a restart would find.
  void restart();

  engine::Session& connect() { return driver_.connect(); }
  engine::Session& connect_as_admin() { return driver_.connect_as_admin(); }
  engine::Session& connect_to(std::string offering, engine::Role role = engine::Role::kAgent) {
    return driver_.connect_to(std::move(offering), role);
  }

  // As Driver.
  engine::Result<engine::Reply> run(engine::Session& session, std::string_view line) {
    return driver_.run(session, line);
  }
  engine::Execution execute(engine::Session& session, std::string_view line) {
    return driver_.execute(session, line);
  }
  void turn() { driver_.turn(); }
  // The code of the refusal; "OK" when there was none.
  std::string code(engine::Session& session, std::string_view line);
  // A field of the reply as text, or of the refusal; "" if there is none.
  std::string field(engine::Session& session, std::string_view line, std::string_view name);

  // Words of the record of a commit, joined by blanks.
  std::string words_of(storage::Seq seq) const;
  std::string last_words() const { return words_of(store_.last_seq()); }

 private:
  MemoryStore store_;
  StoppedClock clock_;
  Driver driver_;

 public:
  std::vector<engine::Push>& pushes = driver_.pushes;  // of all turns
};

}  // namespace holdfast::test
