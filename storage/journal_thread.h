// JournalThread: makes turns durable, one write and one sync for all that wait.
//
// Thread: the loop calls everything but durable_seq() and waiting_bytes(), which any thread may.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "storage/journal_writer.h"
#include "storage/person_keys.h"
#include "storage/store.h"
#include "storage/store_signal.h"

namespace holdfast::storage {

// Consecutive records of one turn of the loop, as they go into a frame.
struct Turn {
  std::string payload;
  Seq first;
  std::uint32_t count = 0;
  std::vector<PersonKeys::NewKey> keys;  // that the payload uses and the key file lacks
  Seq last() const { return {first.value + count - 1}; }
};

class JournalThread {
 public:
  // `batch_bytes`: as many waiting turns as fit are written at once; at least one.
  JournalThread(std::unique_ptr<JournalWriter> writer, PersonKeys& keys, StoreSignal& signal,
                Seq durable, std::size_t batch_bytes);
  ~JournalThread();  // stops without writing what waits: as a crash would

  // An empty turn with the memory of one that is through.
  Turn fresh_turn();
  // Queues `turn`. With `at_once` and an idle journal it is synced before the call returns, without
  // a wake: the caller looks at durable_seq() next.
  void hand_over(Turn turn, bool at_once);

  // Destroys the keys of these persons, soon: close() waits for it.
  void forget(std::span<const PersonId> persons);

  Seq durable_seq() const { return {durable_.load(std::memory_order_acquire)}; }
  std::size_t waiting_bytes() const { return waiting_bytes_.load(std::memory_order_relaxed); }
  std::uint64_t syncs() const { return syncs_.load(std::memory_order_relaxed); }
  const JournalWriter& writer() const { return *writer_; }

  // Waits until all that was handed over is durable, and who is to be forgotten is, or the store
  // has failed.
  Result<void> drain();
  // Drains, ends the thread, writes the stop frame.
  Result<void> close();

 private:
  void run();
  void rest(std::unique_lock<std::mutex>& lock);
  void take_waiting();
  void destroy_keys(std::unique_lock<std::mutex>& lock);
  Result<void> append(const Turn& turn);
  void append_taken(std::unique_lock<std::mutex>& lock);
  void finish(Seq last, std::size_t bytes);
  void stop();

  StoreSignal& signal_;
  PersonKeys& keys_;
  std::unique_ptr<JournalWriter> writer_;  // used by whoever set busy_
  const std::size_t batch_bytes_;

  std::mutex mutex_;
  std::condition_variable work_;  // for the thread
  std::condition_variable done_;  // for drain()
  std::deque<Turn> waiting_;
  std::vector<PersonId> forgotten_;  // whose keys are to be destroyed
  std::vector<Turn> spent_;          // for fresh_turn()
  bool busy_ = false;                // someone writes or syncs
  bool stopping_ = false;
  bool watermark_due_ = false;  // something was appended after the last watermark
  std::chrono::steady_clock::time_point last_append_;

  std::vector<Turn> taken_;  // of the thread: the turns being written
  Turn batch_;               // of the thread: several turns in one

  std::atomic<std::uint64_t> durable_;
  std::atomic<std::size_t> waiting_bytes_ = 0;
  std::atomic<std::uint64_t> syncs_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace holdfast::storage
