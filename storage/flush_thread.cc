#include "storage/flush_thread.h"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "storage/backup_register.h"
#include "storage/check.h"
#include "storage/file_system.h"
#include "storage/log.h"

namespace holdfast::storage {

namespace {

constexpr Duration kLookEvery = Duration::seconds(1);   // at the disk
constexpr Duration kTrimEvery = Duration::seconds(60);  // of old segments
constexpr std::uint64_t kPageBytes = 4096;
// A flush rewrites leaf pages, the branches above them and the free list; the estimate of the
// leaves may be low by the splits.
constexpr std::uint64_t kPagesPerLeaf = 2;
constexpr std::uint64_t kPagesBesides = 256;

}  // namespace

FlushThread::FlushThread(LmdbBase& base, const JournalThread& journal, StoreSignal& signal,
                         FileSystem& files, const Clock& clock, std::string journal_directory,
                         const BaseState& state, const FlushOptions& options)
    : base_(base),
      journal_(journal),
      signal_(signal),
      files_(files),
      clock_(clock),
      journal_directory_(std::move(journal_directory)),
      options_(options),
      guard_(files, journal_directory_, options.space) {
  stats_.state = state;
  look_after_disk();
  thread_ = std::thread([this] { run(); });
}

FlushThread::~FlushThread() {
  stop();
}

void FlushThread::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void FlushThread::submit(const Memtable& frozen) {
  CHECK(done(), "a flush is running");
  CHECK(frozen.reach().last_seq <= journal_.durable_seq(), "up to {}, durable {}",
        frozen.reach().last_seq.value, journal_.durable_seq().value);
  const std::scoped_lock lock(mutex_);
  frozen_ = &frozen;
  rows_due_.reset();
  busy_.store(true, std::memory_order_relaxed);
  work_.notify_one();
}

Result<void> FlushThread::await() {
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return done() || no_room_ || signal_.failed(); });
  TRY(signal_.health());
  if (!done()) return error(Code::kIo, "the disk has no room for a flush of the memtable");
  return {};
}

void FlushThread::rows_arrived() {
  const std::scoped_lock lock(mutex_);
  rows_due_ = clock_.since_boot() + options_.interval;
  work_.notify_one();
}

void FlushThread::set_schema_version(std::uint32_t version) {
  CHECK(done(), "a flush is running");
  const std::scoped_lock lock(mutex_);
  stats_.state.schema_version = version;
}

// The disk is looked at when something is flushed, or once a second; a load can fill a segment
// within that, and would fail for want of the next one instead of being refused. A spare that is
// late has not been refused: writes wait for it (LocalStore::accepts_writes).
Space FlushThread::space() const {
  const JournalWriter& journal = journal_.writer();
  if (journal.spares_refused() && journal.ready_spares() == 0) return Space::kExhausted;
  return guard_.space();
}

FlushStats FlushThread::stats() const {
  const std::scoped_lock lock(mutex_);
  return stats_;
}

void FlushThread::run() {
  ::pthread_setname_np(::pthread_self(), "flush");
  std::unique_lock lock(mutex_);
  while (!stopping_ && !signal_.failed()) {
    if (frozen_ != nullptr && !no_room_) {
      flush(lock);
    } else {
      rest(lock);
    }
    const Duration now = clock_.since_boot();
    const bool wake = rows_due_ && now >= *rows_due_;
    if (wake) rows_due_ = now + options_.interval;
    const bool look = now >= next_look_;
    if (look) no_room_ = false;
    if (!wake && !look) continue;
    lock.unlock();
    if (wake) signal_.wake();
    if (look) look_after_disk();
    lock.lock();
  }
  done_.notify_all();
}

void FlushThread::rest(std::unique_lock<std::mutex>& lock) {
  const Duration due = std::min(next_look_, rows_due_.value_or(next_look_));
  const Duration wait = std::max(due - clock_.since_boot(), Duration{0});
  work_.wait_for(lock, std::chrono::microseconds(wait.us));
}

void FlushThread::flush(std::unique_lock<std::mutex>& lock) {
  const Memtable& frozen = *frozen_;
  const BaseState before = stats_.state;
  lock.unlock();
  const Duration start = clock_.since_boot();
  auto written = write(frozen, before);
  if (!written) signal_.fail(Status(written.error()).prefixed("base"));
  const Duration took = clock_.since_boot() - start;
  lock.lock();
  no_room_ = base_refused_ = written && !*written;
  if (written && *written) {
    ++stats_.flushes;
    stats_.last_flush_us = static_cast<std::uint64_t>(took.us);
    frozen_ = nullptr;
    busy_.store(false, std::memory_order_release);
  }
  done_.notify_all();
  lock.unlock();
  signal_.wake();
  lock.lock();
}

// False if the disk has no room: the memtable stays, and the next look at the disk tries again.
Result<bool> FlushThread::write(const Memtable& frozen, BaseState state) {
  const std::uint64_t pages =
      frozen.estimated_pages(base_.leaf_pages()) * kPagesPerLeaf + kPagesBesides;
  if (!TRY(base_.reserve(pages * kPageBytes))) {
    log_warning("flush_waits_for_room", {{"bytes", pages * kPageBytes}});
    return false;
  }
  TRY(base_.clear_stale_readers());
  state.applied = frozen.reach().last_seq;
  state.last_time = frozen.reach().last_time;
  state.next_person = frozen.reach().next_person;
  state = TRY(base_.write(frozen, state, journal_.durable_seq()));
  const std::scoped_lock lock(mutex_);
  stats_.state = state;
  return true;
}

// Room and old segments. A failure here is not the store's: it is logged, and tried again.
void FlushThread::look_after_disk() {
  const Duration now = clock_.since_boot();
  next_look_ = now + kLookEvery;
  std::uint64_t memtable_bytes = 0;
  Seq applied;
  Uuid uuid;
  {
    const std::scoped_lock lock(mutex_);
    // The active memtable may grow as large as the frozen one.
    if (frozen_ != nullptr) memtable_bytes = 2 * frozen_->bytes();
    applied = stats_.state.applied;
    uuid = stats_.state.identity.uuid;
  }
  const JournalWriter& journal = journal_.writer();
  const bool no_spare = journal.spares_refused();
  const DiskRefusals refused{.spare = no_spare,
                             .last_spare = no_spare && journal.ready_spares() == 0,
                             .base = base_refused_};
  if (guard_.assess(memtable_bytes, refused)) signal_.wake();
  if (now < next_trim_) return;
  next_trim_ = now + kTrimEvery;
  RetentionOptions retention = options_.retention;
  // Room for what happens comes before what may be restored.
  if (guard_.space() == Space::kAmple) {
    retention.needed = needed_by_backups(files_, parent_directory(journal_directory_));
  }
  auto kept = trim_journal(files_, journal_directory_, uuid, applied, clock_.wall(), retention);
  if (!kept) {
    log_warning("journal_not_trimmed", {{"error", kept.error().message()}});
    return;
  }
  if (kept->segments_for_backups > 0) {
    log_warning("journal_kept_for_backups", {{"segments", kept->segments_for_backups},
                                             {"bytes", kept->bytes},
                                             {"needed_from", retention.needed->value}});
  }
  const std::scoped_lock lock(mutex_);
  stats_.journal = *kept;
}

}  // namespace holdfast::storage
