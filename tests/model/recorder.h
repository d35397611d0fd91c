// Recorder: clients of a real holdfastd at the same time, and the history they make.

#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "tests/model/choices.h"
#include "tests/model/history.h"
#include "tests/support/daemon.h"
#include "tests/support/wire_client.h"

namespace holdfast::test {

class Recorder {
 public:
  explicit Recorder(const Daemon& daemon) : daemon_(daemon) {}

  // The stock and the accounts, one after the other; then `clients` of them at the same time, each
  // of which asks `requests` times; then a look at everything.
  void record(std::uint64_t seed, int clients, int requests);
  // What was recorded, with the journal of the daemon, which must have ended.
  model::History history() const;

 private:
  // One connection and what it knows.
  struct Guest {
    std::uint64_t number;
    bool admin;
    WireClient wire;
    std::vector<std::string> locators;
    std::vector<std::vector<std::string>> with_token;
  };

  Guest connect(bool admin);
  std::string ask(Guest& guest, const std::vector<std::string>& words);
  // What everything else stands on: it throws unless the answer is OK.
  void arrange(Guest& guest, const std::vector<std::string>& words);
  std::vector<std::string> next_request(Guest& guest, model::Choices& choices);
  std::vector<std::string> next_hold(Guest& guest, model::Choices& choices);
  std::string some_locator(Guest& guest, model::Choices& choices);
  void look_at_everything();

  const Daemon& daemon_;
  std::atomic<std::uint64_t> moment_ = 0;
  std::mutex mutex_;
  std::vector<model::Operation> operations_;  // under mutex_
  std::vector<std::string> all_locators_;     // under mutex_
  std::uint64_t guests_ = 0;
};

}  // namespace holdfast::test
