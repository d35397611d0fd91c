#include "net/descriptor_reserve.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace holdfast::net {
namespace {

// The lowest number that is free.
int next_descriptor() {
  const FileDescriptor next(::dup(0));
  return next.get();
}

TEST(DescriptorReserve, GivesBackWhatItHolds) {
  const int before = next_descriptor();
  DescriptorReserve reserve;
  EXPECT_FALSE(reserve.release_one());
  reserve.keep(3);
  EXPECT_EQ(reserve.size(), 3U);
  EXPECT_EQ(next_descriptor(), before + 3);
  EXPECT_TRUE(reserve.release_one());
  EXPECT_EQ(next_descriptor(), before + 2);
  reserve.keep(1);
  EXPECT_EQ(next_descriptor(), before + 1);
  reserve.keep(0);
  EXPECT_FALSE(reserve.release_one());
  EXPECT_EQ(next_descriptor(), before);
}

}  // namespace
}  // namespace holdfast::net
