// StoreWriter: a store that a child process has open and writes to, step by step as the test says,
// for as long as the object lives. LMDB must not be open twice in one process.

#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "storage/read_only_store.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::test {

class StoreWriter {
 public:
  using Step = std::function<void(LocalStore&)>;

  // Opens the store and does the first step.
  StoreWriter(const LocalStoreOptions& options, const std::vector<Step>& steps) {
    int done[2];
    int next[2];
    EXPECT_EQ(::pipe(done) + ::pipe(next), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(next[1]);
      run(options, steps, done[1], next[0]);
    }
    ::close(done[1]);
    ::close(next[0]);
    done_ = done[0];
    next_ = next[1];
    wait();
  }
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;
  ~StoreWriter() {
    ::close(next_);
    ::close(done_);
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    EXPECT_EQ(status, 0);
  }

  // Does the next step.
  void step() {
    EXPECT_EQ(::write(next_, "n", 1), 1);
    wait();
  }

 private:
  void wait() {
    char byte = 0;
    EXPECT_EQ(::read(done_, &byte, 1), 1) << "the writer failed";
  }

  [[noreturn]] static void run(const LocalStoreOptions& options, const std::vector<Step>& steps,
                               int done, int next) {
    {
      auto store = LocalStore::open(options);
      if (!store) _exit(1);
      char byte = 0;
      for (const Step& step : steps) {
        step(**store);
        if (testing::Test::HasFailure()) _exit(4);
        if (::write(done, "d", 1) != 1) _exit(2);
        if (::read(next, &byte, 1) != 1) break;
      }
    }
    _exit(testing::Test::HasFailure() ? 4 : 0);
  }

  pid_t child_ = -1;
  int done_ = -1;
  int next_ = -1;
};

// The store as another process sees it.
inline std::unique_ptr<storage::ReadOnlyStore> look_at(const LocalStoreOptions& options) {
  auto store = storage::ReadOnlyStore::open({.directory = options.directory,
                                             .tables = options.tables,
                                             .map_bytes = options.base.map_bytes});
  if (!store) ADD_FAILURE() << store.error().to_string();
  return store ? std::move(*store) : nullptr;
}

// A step: all that is committed gets into the base.
inline void flush_all(LocalStore& store) {
  StoreTurner turner(store);
  store.checkpoint();
  EXPECT_TRUE(turner.until([&] { return store.stats().applied_seq == store.last_seq(); }));
}

}  // namespace holdfast::test
