// StoreSignal: what the store's threads tell the loop: "look again", and "it has failed".
//
// Thread: any.

#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "storage/status.h"

namespace holdfast::storage {

class StoreSignal {
 public:
  void on_wake(std::function<void()> wake) {
    const std::scoped_lock lock(mutex_);
    wake_ = std::move(wake);
  }
  void wake() {
    const std::scoped_lock lock(mutex_);
    if (wake_) wake_();
  }
  // The first failure is the one that is told; there is no way back.
  void fail(Status status) {
    {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::move(status);
    }
    failed_.store(true, std::memory_order_release);
    wake();
  }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  Result<void> health() const {
    if (!failed()) return {};
    const std::scoped_lock lock(mutex_);
    return std::unexpected(Status(*failure_));
  }

 private:
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  std::optional<Status> failure_;
  std::atomic<bool> failed_ = false;
};

}  // namespace holdfast::storage
