// DroppingProxy: stands between a client and a server and loses what it is told to: the next
// request, or the next reply. Then both connections are cut, as a network would.

#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace holdfast::test {

class DroppingProxy {
 public:
  enum class Lose : std::uint8_t { kNothing, kRequest, kReply };

  DroppingProxy();
  ~DroppingProxy();
  DroppingProxy(const DroppingProxy&) = delete;
  DroppingProxy& operator=(const DroppingProxy&) = delete;

  // Where clients connect to.
  std::uint16_t port() const { return port_; }
  // Where the next connections lead to, and what they lose once they are asked something next.
  void lead_to(std::uint16_t server) { server_ = server; }
  void lose(Lose what) { lose_ = what; }
  // What was lost last.
  std::string lost() const;

 private:
  void run();
  void serve(int client);
  bool pass(int from, int to, Lose direction);

  int listener_ = -1;
  int stop_ = -1;  // an eventfd
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> server_ = 0;
  std::atomic<Lose> lose_ = Lose::kNothing;
  mutable std::mutex mutex_;
  std::string lost_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace holdfast::test
