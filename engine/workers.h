// Workers: one or two threads for work that takes tens of milliseconds (hashing passwords), with a
// bounded queue in front. The loop never waits for them.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::engine {

class Workers {
 public:
  static constexpr std::size_t kQueue = 32;  // at 40 ms each, the last waits about a second

  explicit Workers(unsigned threads);
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False when kQueue jobs wait already. A job must not throw. Any thread.
  bool submit(std::function<void()> job);
  std::size_t waiting() const;
  // Finishes what runs, drops what waits; nothing runs any more when it returns.
  void stop();

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace holdfast::engine
