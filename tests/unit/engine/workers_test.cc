#include "engine/workers.h"

#include <gtest/gtest.h>

#include <future>

namespace holdfast::engine {
namespace {

TEST(Workers, JobsRunOnAnotherThread) {
  std::promise<std::thread::id> ran;  // outlives the workers, which may be busy with it
  Workers workers(2);
  ASSERT_TRUE(workers.submit([&] { ran.set_value(std::this_thread::get_id()); }));
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(Workers, AFullQueueRefuses) {
  std::promise<void> started;
  std::promise<void> release;
  Workers workers(1);
  ASSERT_TRUE(workers.submit([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  for (std::size_t i = 0; i < Workers::kQueue; ++i) ASSERT_TRUE(workers.submit([] {}));
  EXPECT_FALSE(workers.submit([] {}));
  EXPECT_EQ(workers.waiting(), Workers::kQueue);
  release.set_value();
}

TEST(Workers, StopFinishesWhatRunsAndDropsWhatWaits) {
  std::promise<void> started;
  std::promise<void> release;
  bool finished = false;
  bool dropped = true;
  Workers workers(1);
  ASSERT_TRUE(workers.submit([&] {
    started.set_value();
    release.get_future().wait();
    finished = true;
  }));
  started.get_future().wait();
  ASSERT_TRUE(workers.submit([&] { dropped = false; }));
  std::thread stopper([&] { workers.stop(); });
  // stop() has emptied the queue once nothing waits, and then waits for the running job.
  while (workers.waiting() != 0) std::this_thread::yield();
  release.set_value();
  stopper.join();
  EXPECT_TRUE(finished);
  EXPECT_TRUE(dropped);
}

}  // namespace
}  // namespace holdfast::engine
