// FlushThread: writes frozen memtables to the base and looks after the disk: room, stale readers,
// old segments.
//
// Thread: the loop calls submit(), await() and rows_arrived(); the rest is for any thread.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage/clock.h"
#include "storage/journal_retention.h"
#include "storage/journal_thread.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/space_guard.h"
#include "storage/store_signal.h"

namespace holdfast::storage {

struct FlushOptions {
  Duration interval = Duration::milliseconds(100);  // how long rows wait for company
  SpaceOptions space;
  RetentionOptions retention;
};

struct FlushStats {
  BaseState state;  // of the base
  std::uint64_t flushes = 0;
  std::uint64_t last_flush_us = 0;
  KeptJournal journal;
};

class FlushThread {
 public:
  FlushThread(LmdbBase& base, const JournalThread& journal, StoreSignal& signal, FileSystem& files,
              const Clock& clock, std::string journal_directory, const BaseState& state,
              const FlushOptions& options);
  ~FlushThread();

  void stop();  // ends the thread, after the flush that runs

  // Writes `frozen`, which nobody changes until done(). REQUIRES: done(); durable_seq() has reached
  // all of it.
  void submit(const Memtable& frozen);
  bool done() const { return !busy_.load(std::memory_order_acquire); }
  // Waits until done(), the store has failed, or the disk has no room for the flush: kIo.
  Result<void> await();

  // Rows wait in a memtable that nobody submits while the loop sleeps: wake it when they are due.
  void rows_arrived();

  void set_schema_version(std::uint32_t version);  // REQUIRES: done(); in force with the next flush

  // Of the last look at the disk; but a journal without a spare is asked for at once. Any thread.
  Space space() const;
  std::uint64_t free_bytes() const { return guard_.free_bytes(); }
  FlushStats stats() const;

 private:
  void run();
  void flush(std::unique_lock<std::mutex>& lock);
  Result<bool> write(const Memtable& frozen, BaseState state);
  void rest(std::unique_lock<std::mutex>& lock);
  void look_after_disk();

  LmdbBase& base_;
  const JournalThread& journal_;
  StoreSignal& signal_;
  FileSystem& files_;
  const Clock& clock_;
  const std::string journal_directory_;
  const FlushOptions options_;
  SpaceGuard guard_;
  Duration next_look_;  // of the thread, as the two below
  Duration next_trim_;
  bool base_refused_ = false;  // the last flush found no room

  mutable std::mutex mutex_;  // guards all below but the atomic
  std::condition_variable work_;
  std::condition_variable done_;
  const Memtable* frozen_ = nullptr;
  bool no_room_ = false;
  bool stopping_ = false;
  std::optional<Duration> rows_due_;
  FlushStats stats_;
  std::atomic<bool> busy_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace holdfast::storage
