// SpareSegments: prepares the next segment files ahead and closes the full ones, so that the commit
// path neither allocates nor waits for a file.
//
// Thread: take, retire and stop by the journal's owner; the rest from any. A helper thread does the
// work, unless `spares` is 0: then everything happens in the call (tests want one order of
// operations).

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "storage/file_system.h"
#include "storage/journal_format.h"

namespace holdfast::storage {

class SpareSegments {
 public:
  // Prepares segments from number `next` on.
  SpareSegments(FileSystem& files, std::string directory, std::uint64_t next,
                std::uint64_t segment_bytes, int spares);
  ~SpareSegments();
  SpareSegments(const SpareSegments&) = delete;
  SpareSegments& operator=(const SpareSegments&) = delete;

  // The blank file of the next segment: a spare, or made now if there is none.
  Result<std::unique_ptr<File>> take();

  // Cuts a full segment to `used` bytes, synced, and closes it. Nothing depends on the cut: what
  // stands behind a roll frame is not read.
  Result<void> retire(std::unique_ptr<File> file, std::uint64_t used);

  std::size_t ready() const { return ready_; }
  // Whether the last attempt to make a spare failed: the disk is full, most likely.
  bool refused() const { return refused_; }
  // A helper that has not been refused will have the next spare ready; it may only be slow.
  bool comes() const { return wanted_ > 0 && !refused_; }
  // `tell` is called, by the helper, when a spare has become ready or has been refused.
  void on_change(std::function<void()> tell);

  // Finishes what was retired and ends the helper.
  void stop();

 private:
  struct Retired {
    std::unique_ptr<File> file;
    std::uint64_t used = 0;
  };

  void run();
  void prepare_one(std::unique_lock<std::mutex>& lock);
  void tell_change(std::unique_lock<std::mutex>& lock);

  FileSystem& files_;
  const std::string directory_;
  const std::uint64_t segment_bytes_;
  const std::size_t wanted_;
  std::atomic<std::size_t> ready_{0};
  std::atomic<bool> refused_{false};  // while so, wait between attempts; logged once

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::uint64_t next_take_;
  std::deque<std::unique_ptr<File>> spares_;  // numbered next_take_ and on
  std::deque<Retired> retired_;
  std::function<void()> tell_;
  bool preparing_ = false;
  bool stopping_ = false;
  std::thread helper_;
};

}  // namespace holdfast::storage
