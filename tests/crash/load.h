// Load: clients that book, hold and cancel as fast as they get answers, and remember what they were
// told, until the server goes away under them.

#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/daemon.h"
#include "tests/support/wire_client.h"

namespace holdfast::test {

// What customers know for certain, through all lives of a server.
struct Ledger {
  std::map<std::string, std::string> booked;  // token -> locator, of acknowledged bookings
  std::set<std::string> cancelled;            // locators whose cancellation was acknowledged
  std::set<std::string> in_doubt;             // tokens of bookings without an answer
  std::set<std::string> cancel_in_doubt;      // locators of cancellations without an answer
  std::int64_t last_seq = 0;                  // the highest in any answer
};

// An offering "yard" of 100,000 units and the account that Load uses.
void prepare_for_load(const Daemon& daemon);
WireClient log_in_for_load(const Daemon& daemon);

class Load {
 public:
  // `name` makes the tokens of this load different from those of others.
  Load(const Daemon& daemon, Ledger& ledger, const std::string& name, int clients);
  ~Load() { finish(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Waits until so many answers came; throws if the server goes away before.
  void wait_for_answers(int count);
  // Waits for the clients, which end when the server does.
  void finish();

 private:
  void run(WireClient client, const std::string& name);

  Ledger& ledger_;  // guarded by mutex_ while clients run
  std::mutex mutex_;
  std::condition_variable answered_;
  int answers_ = 0;  // guarded by mutex_
  int running_ = 0;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

// Asks the server again for everything in doubt, which settles it, then compares it with the
// ledger: every acknowledged booking is there, no unit is sold twice, none is missing. "" if all is
// well, else the first difference.
std::string settle_and_compare(const Daemon& daemon, Ledger& ledger);

}  // namespace holdfast::test
