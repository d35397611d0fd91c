#include "net/buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace holdfast::net {
namespace {

TEST(Buffer, HoldsNoMemoryWhileEmpty) {
  Buffer buffer;
  EXPECT_EQ(buffer.capacity(), 0U);
  buffer.append("some bytes");
  EXPECT_GT(buffer.capacity(), 0U);
  buffer.consume(buffer.size());
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(Buffer, IsAQueueOfBytesWhateverTheSizes) {
  std::mt19937 random(11);
  Buffer buffer;
  std::string expected;
  for (int round = 0; round < 20'000; ++round) {
    if (random() % 2 == 0) {
      const std::string bytes(random() % 900, static_cast<char>('a' + random() % 26));
      buffer.append(bytes);
      expected += bytes;
    } else {
      const std::size_t bytes = random() % (expected.size() + 1);
      buffer.consume(bytes);
      expected.erase(0, bytes);
    }
    ASSERT_EQ(buffer.view(), expected);
  }
}

TEST(Buffer, DoesNotGrowWhileItIsConsumedAsItFills) {
  Buffer buffer;
  buffer.append(std::string(300, 'x'));
  for (int round = 0; round < 10'000; ++round) {
    buffer.append(std::string(100, 'y'));
    buffer.consume(100);
  }
  EXPECT_LE(buffer.capacity(), 2048U);
}

TEST(Buffer, PreparedRoomBecomesContentWhenCommitted) {
  Buffer buffer;
  buffer.append("ab");
  const std::span<char> room = buffer.prepare(10'000);
  ASSERT_GE(room.size(), 10'000U);
  room[0] = 'c';
  buffer.commit(1);
  EXPECT_EQ(buffer.view(), "abc");
}

}  // namespace
}  // namespace holdfast::net
