#include "storage/journal_thread.h"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::storage {

namespace {

// After this long without a frame the journal says how far it is durable, so that damage to the
// last frame can be told from a torn tail.
constexpr std::chrono::milliseconds kIdle{50};
constexpr std::size_t kSpentTurns = 64;  // kept for reuse: the turns of one sync

}  // namespace

JournalThread::JournalThread(std::unique_ptr<JournalWriter> writer, PersonKeys& keys,
                             StoreSignal& signal, Seq durable, std::size_t batch_bytes)
    : signal_(signal),
      keys_(keys),
      writer_(std::move(writer)),
      batch_bytes_(batch_bytes),
      durable_(durable.value),
      thread_([this] { run(); }) {
}

JournalThread::~JournalThread() {
  stop();
}

Turn JournalThread::fresh_turn() {
  const std::scoped_lock lock(mutex_);
  if (spent_.empty()) return {};
  Turn turn = std::move(spent_.back());
  spent_.pop_back();
  turn.payload.clear();
  turn.keys.clear();
  turn.count = 0;
  return turn;
}

void JournalThread::hand_over(Turn turn, bool at_once) {
  CHECK(turn.count > 0, "a turn without records");
  std::unique_lock lock(mutex_);
  if (signal_.failed()) return;
  if (!at_once || busy_ || !waiting_.empty()) {
    waiting_bytes_.fetch_add(turn.payload.size(), std::memory_order_relaxed);
    waiting_.push_back(std::move(turn));
    // A busy thread looks at the queue again by itself.
    if (!busy_) work_.notify_one();
    return;
  }
  busy_ = true;
  lock.unlock();
  auto done = append(turn);
  lock.lock();
  busy_ = false;
  if (!done) {
    lock.unlock();
    signal_.fail(std::move(done).error());
    return;
  }
  // The thread sleeps without a limit while no watermark is due: wake it once, not every turn.
  if (!watermark_due_) work_.notify_one();
  finish(turn.last(), 0);
  if (spent_.size() < kSpentTurns) spent_.push_back(std::move(turn));
}

void JournalThread::forget(std::span<const PersonId> persons) {
  const std::scoped_lock lock(mutex_);
  forgotten_.insert(forgotten_.end(), persons.begin(), persons.end());
  work_.notify_one();
}

Result<void> JournalThread::drain() {
  std::unique_lock lock(mutex_);
  done_.wait(
      lock, [&] { return (waiting_.empty() && forgotten_.empty() && !busy_) || signal_.failed(); });
  return signal_.health();
}

Result<void> JournalThread::close() {
  TRY(drain());
  stop();
  return writer_->close();
}

void JournalThread::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void JournalThread::run() {
  ::pthread_setname_np(::pthread_self(), "journal");
  std::unique_lock lock(mutex_);
  while (!stopping_ && !signal_.failed()) {
    if (busy_ || (waiting_.empty() && forgotten_.empty())) {
      rest(lock);
    } else if (!waiting_.empty()) {
      append_taken(lock);
    } else {
      destroy_keys(lock);
    }
  }
  done_.notify_all();
}

// By this thread, as it also stores them; while nobody waits for anything else.
void JournalThread::destroy_keys(std::unique_lock<std::mutex>& lock) {
  const std::vector<PersonId> persons = std::exchange(forgotten_, {});
  busy_ = true;
  lock.unlock();
  for (const PersonId person : persons) {
    auto done = keys_.destroy(person);
    if (done) continue;
    signal_.fail(Status(done.error()).prefixed("person keys"));
    break;
  }
  lock.lock();
  busy_ = false;
  done_.notify_all();
}

// Waits for work, and writes the watermark when there has been none for a while.
void JournalThread::rest(std::unique_lock<std::mutex>& lock) {
  if (!watermark_due_) {
    work_.wait(lock);
    return;
  }
  if (busy_ || std::chrono::steady_clock::now() < last_append_ + kIdle) {
    work_.wait_until(lock, std::max(last_append_ + kIdle, std::chrono::steady_clock::now() +
                                                              std::chrono::milliseconds(1)));
    return;
  }
  busy_ = true;
  watermark_due_ = false;
  lock.unlock();
  auto done = writer_->write_watermark();
  if (!done) signal_.fail(Status(done.error()).prefixed("journal"));
  lock.lock();
  busy_ = false;
  done_.notify_all();
}

void JournalThread::take_waiting() {
  std::size_t bytes = 0;
  taken_.clear();
  do {
    bytes += waiting_.front().payload.size();
    taken_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  } while (!waiting_.empty() && bytes + waiting_.front().payload.size() <= batch_bytes_);
}

void JournalThread::append_taken(std::unique_lock<std::mutex>& lock) {
  take_waiting();
  busy_ = true;
  lock.unlock();
  const Turn* turn = &taken_.front();
  if (taken_.size() > 1) {
    batch_.payload.clear();
    batch_.keys.clear();
    batch_.first = taken_.front().first;
    batch_.count = 0;
    for (const Turn& part : taken_) {
      batch_.payload += part.payload;
      batch_.count += part.count;
      batch_.keys.insert(batch_.keys.end(), part.keys.begin(), part.keys.end());
    }
    turn = &batch_;
  }
  auto done = append(*turn);
  if (!done) signal_.fail(Status(done.error()).prefixed("journal"));
  lock.lock();
  busy_ = false;
  if (done) {
    finish(turn->last(), turn->payload.size());
    lock.unlock();
    signal_.wake();
    lock.lock();
  }
  for (Turn& part : taken_) {
    if (spent_.size() < kSpentTurns) spent_.push_back(std::move(part));
  }
  if (waiting_.empty()) done_.notify_all();
}

// Keys first: a frame whose key was lost could never be opened again.
Result<void> JournalThread::append(const Turn& turn) {
  CHECK(turn.first.value == durable_seq().value + 1, "first {} durable {}", turn.first.value,
        durable_seq().value);
  if (!turn.keys.empty()) TRY(keys_.store(turn.keys));
  TRY(writer_->append(turn.first, turn.count, turn.payload));
  syncs_.fetch_add(1, std::memory_order_relaxed);
  return {};
}

// REQUIRES: mutex_ is held.
void JournalThread::finish(Seq last, std::size_t bytes) {
  last_append_ = std::chrono::steady_clock::now();
  watermark_due_ = true;
  waiting_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  durable_.store(last.value, std::memory_order_release);
}

}  // namespace holdfast::storage
