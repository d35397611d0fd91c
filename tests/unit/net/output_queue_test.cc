#include "net/output_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>
#include <string>

namespace holdfast::net {
namespace {

SharedBytes shared(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

// The front of the queue, put together.
std::string front(const OutputQueue& queue, std::size_t limit, std::size_t most_pieces = 1000) {
  std::vector<iovec> room(most_pieces);
  const OutputQueue::Front front = queue.front(limit, room);
  std::string bytes;
  for (const iovec& piece : front.pieces) {
    EXPECT_GT(piece.iov_len, 0U);
    bytes.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
  }
  EXPECT_EQ(bytes.size(), front.bytes);
  return bytes;
}

TEST(OutputQueue, HoldsNoMemoryWhileEmpty) {
  OutputQueue queue;
  EXPECT_EQ(queue.memory(), 0U);
  const SharedBytes change = shared(std::string(500, 'c'));
  queue.append("own bytes");
  queue.append(change);
  queue.append("more");
  EXPECT_GT(queue.memory(), 0U);
  queue.consume(queue.size());
  EXPECT_EQ(queue.memory(), 0U);
  EXPECT_EQ(change.use_count(), 1);
  queue.append(change);
  queue.consume(100);
  queue.consume(400);
  EXPECT_EQ(queue.memory(), 0U);
  EXPECT_EQ(change.use_count(), 1);
}

TEST(OutputQueue, SharedBytesAreSentFromWhereTheyAre) {
  const SharedBytes change = shared(std::string(10'000, 'c'));
  std::array<OutputQueue, 3> queues;
  for (OutputQueue& queue : queues) {
    queue.append("+OK\r\n");
    queue.append(change);
    std::array<iovec, 8> room{};
    const auto front = queue.front(queue.size(), room);
    ASSERT_EQ(front.pieces.size(), 2U);
    EXPECT_EQ(front.pieces[1].iov_base, change->data());
    EXPECT_LT(queue.memory(), change->size());
  }
  EXPECT_EQ(change.use_count(), 4);
}

TEST(OutputQueue, AWatcherThatLagsHoldsLittleMoreThanItsChanges) {
  OutputQueue queue;
  const SharedBytes change = shared("+change gala F11 held seq=8213\r\n");
  for (int i = 0; i < 10'000; ++i) queue.append(change);
  EXPECT_LE(queue.memory(), queue.size() * 2);
}

TEST(OutputQueue, WhatHasBeenSentIsNotKeptAlthoughTheQueueIsNeverEmpty) {
  OutputQueue queue;
  queue.append(shared(std::string(200, 'c')));
  for (int i = 0; i < 10'000; ++i) {
    queue.append(shared(std::string(200, 'd')));
    queue.consume(200);
  }
  EXPECT_EQ(queue.size(), 200U);
  EXPECT_LE(queue.memory(), 64U * 1024);
}

TEST(OutputQueue, IsAQueueOfBytesWhateverTheSizesAndWhoeverOwnsThem) {
  constexpr unsigned kSeed = 5;
  std::mt19937 random(kSeed);
  OutputQueue queue;
  std::string expected;
  for (int round = 0; round < 20'000; ++round) {
    const std::string bytes(random() % 400, static_cast<char>('a' + random() % 26));
    const auto dice = random() % 4;
    if (dice == 0) {
      queue.append(bytes);
      expected += bytes;
    } else if (dice == 1) {
      queue.append(shared(bytes));
      expected += bytes;
    } else {
      const std::size_t part = random() % (expected.size() + 1);
      queue.consume(part);
      expected.erase(0, part);
    }
    ASSERT_EQ(queue.size(), expected.size());
    ASSERT_EQ(front(queue, expected.size()), expected);
    const std::size_t limit = random() % (expected.size() + 1);
    ASSERT_EQ(front(queue, limit), expected.substr(0, limit));
    const std::string some = front(queue, expected.size(), 2);
    ASSERT_EQ(some, expected.substr(0, some.size()));
  }
}

}  // namespace
}  // namespace holdfast::net
