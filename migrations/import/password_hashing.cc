#include "migrations/import/password_hashing.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace holdfast::migrations {

using engine::Result;

namespace {

// What the threads share: the next secret to take, and what came of the others.
struct Work {
  std::mutex mutex;
  std::condition_variable finished;
  std::size_t next = 0;                   // under mutex, as all below
  std::size_t done = 0;                   // of those before `next`
  std::optional<engine::Status> failure;  // the first
  unsigned running = 0;                   // threads
};

void hash_some(Work& work, std::span<const std::string_view> secrets, const engine::HashCost& cost,
               std::vector<std::string>& hashes) {
  std::unique_lock lock(work.mutex);
  while (work.next < secrets.size() && !work.failure) {
    const std::size_t mine = work.next++;
    lock.unlock();
    auto hash = engine::hash_password(secrets[mine], cost);
    lock.lock();
    if (hash) {
      hashes[mine] = *std::move(hash);  // nobody else writes there
    } else if (!work.failure) {
      work.failure = std::move(hash.error());
    }
    ++work.done;
  }
  --work.running;
  work.finished.notify_all();
}

}  // namespace

Result<std::vector<std::string>> hash_all(std::span<const std::string_view> secrets,
                                          const engine::HashCost& cost, unsigned threads,
                                          const ProgressSink& sink) {
  std::vector<std::string> hashes(secrets.size());
  Work work;
  work.running = threads;
  std::vector<std::jthread> pool;
  pool.reserve(threads);
  for (unsigned i = 0; i < threads; ++i) {
    pool.emplace_back([&] { hash_some(work, secrets, cost, hashes); });
  }
  Progress progress("hashing passwords", secrets.size(), sink);
  {
    std::unique_lock lock(work.mutex);
    const auto all_done = [&] { return work.running == 0; };
    while (!work.finished.wait_for(lock, Progress::kInterval, all_done)) {
      progress.reached(work.done);
    }
  }
  pool.clear();
  if (work.failure) return std::unexpected(*std::move(work.failure));
  return hashes;
}

}  // namespace holdfast::migrations
