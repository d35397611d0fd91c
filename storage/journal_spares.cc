#include "storage/journal_spares.h"

#include <chrono>

#include "storage/journal_segment.h"
#include "storage/log.h"

namespace holdfast::storage {

namespace {

// Between attempts while the disk is full.
constexpr std::chrono::seconds kRetryAfter{1};

Result<void> cut(File& file, std::uint64_t used) {
  TRY(file.truncate(used));
  return file.sync();
}

}  // namespace

SpareSegments::SpareSegments(FileSystem& files, std::string directory, std::uint64_t next,
                             std::uint64_t segment_bytes, int spares)
    : files_(files),
      directory_(std::move(directory)),
      segment_bytes_(segment_bytes),
      wanted_(static_cast<std::size_t>(spares)),
      next_take_(next) {
  if (wanted_ > 0) helper_ = std::thread([this] { run(); });
}

SpareSegments::~SpareSegments() {
  stop();
}

Result<std::unique_ptr<File>> SpareSegments::take() {
  std::unique_lock lock(mutex_);
  // The helper may be making this very file.
  changed_.wait(lock, [this] { return !preparing_ || !spares_.empty(); });
  if (spares_.empty()) {
    // Under the lock: the helper must not begin the same file.
    std::unique_ptr<File> file = TRY(blank_segment(files_, directory_, next_take_, segment_bytes_));
    ++next_take_;
    changed_.notify_all();
    return file;
  }
  std::unique_ptr<File> file = std::move(spares_.front());
  spares_.pop_front();
  ++next_take_;
  ready_ = spares_.size();
  changed_.notify_all();
  return file;
}

Result<void> SpareSegments::retire(std::unique_ptr<File> file, std::uint64_t used) {
  if (wanted_ == 0) return cut(*file, used);
  const std::scoped_lock lock(mutex_);
  retired_.push_back({std::move(file), used});
  changed_.notify_all();
  return {};
}

void SpareSegments::on_change(std::function<void()> tell) {
  const std::scoped_lock lock(mutex_);
  tell_ = std::move(tell);
}

void SpareSegments::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (helper_.joinable()) helper_.join();
}

void SpareSegments::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!retired_.empty()) {
      const Retired full = std::move(retired_.front());
      retired_.pop_front();
      lock.unlock();
      if (const Result<void> done = cut(*full.file, full.used); !done) {
        log_warning("segment_not_cut", {{"error", done.error().to_string()}});
      }
      lock.lock();
    } else if (stopping_) {
      return;
    } else if (spares_.size() >= wanted_) {
      changed_.wait(lock);
    } else {
      prepare_one(lock);
    }
  }
}

void SpareSegments::prepare_one(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t number = next_take_ + spares_.size();
  preparing_ = true;
  lock.unlock();
  Result<std::unique_ptr<File>> file = blank_segment(files_, directory_, number, segment_bytes_);
  lock.lock();
  preparing_ = false;
  if (file) {
    spares_.push_back(std::move(*file));
    ready_ = spares_.size();
    refused_ = false;
    tell_change(lock);
    return;
  }
  if (!refused_) log_warning("no_spare_segment", {{"error", file.error().to_string()}});
  refused_ = true;
  tell_change(lock);
  changed_.wait_for(lock, kRetryAfter, [this] { return stopping_ || !retired_.empty(); });
}

void SpareSegments::tell_change(std::unique_lock<std::mutex>& lock) {
  changed_.notify_all();
  const std::function<void()> tell = tell_;
  if (!tell) return;
  lock.unlock();
  tell();
  lock.lock();
}

}  // namespace holdfast::storage
