// Throttle: tries by name, `burst` of them at once and one more each `refill` from then on.

#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "tests/model/stock.h"

namespace holdfast::model {

class Throttle {
 public:
  Throttle(int burst, Micros refill) : burst_(burst), refill_(refill) {}

  // BUSY, with the whole seconds until it would not be.
  void require(const std::string& name, Micros now) const {
    const auto tried = tried_.find(name);
    if (tried == tried_.end()) return;
    const Micros wait = tried->second - now - (burst_ - 1) * refill_;
    if (wait <= 0) return;
    throw Refused("BUSY", Record().add("retry", (wait + kSecond - 1) / kSecond));
  }
  void charge(const std::string& name, Micros now) {
    Micros& forgotten = tried_[name];
    forgotten = std::max(forgotten, now) + refill_;
  }
  void forgive(const std::string& name) { tried_.erase(name); }

 private:
  int burst_;
  Micros refill_;
  std::map<std::string, Micros> tried_;  // when all tries of a name are forgotten
};

}  // namespace holdfast::model
