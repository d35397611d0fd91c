// eventually(): a wait for what can only be asked for, with a deadline (kPatience).

#pragma once

#include <chrono>
#include <concepts>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/daemon.h"

namespace holdfast::test {

// Asks until `condition` holds. `what` says what is waited for; at the deadline it is thrown.
template <std::predicate Condition>
void eventually(const std::string& what, Condition condition) {
  constexpr auto kPause = std::chrono::milliseconds(1);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw std::runtime_error("waited in vain until " + what);
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace holdfast::test
