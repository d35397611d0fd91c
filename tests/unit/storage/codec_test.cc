#include "storage/codec.h"

#include <gtest/gtest.h>

namespace holdfast::storage {
namespace {

enum class Colour : std::uint8_t { kRed = 1, kBlue = 7 };

struct Point {
  std::uint16_t x = 0;
  std::int32_t y = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(x, y);
  }
};

struct Thing {
  static constexpr std::uint8_t kVersion = 2;
  std::uint8_t small = 0;
  std::int64_t big = 0;
  bool flag = false;
  Colour colour = Colour::kRed;
  std::string name;
  std::vector<Point> points;
  std::optional<std::uint32_t> maybe;
  std::uint32_t added = 42;  // since version 2

  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    archive(small, big, flag, colour, name, points, maybe);
    if (version >= 2) archive(added);
  }
};

Thing sample() {
  return {.small = 0xab,
          .big = -2,
          .flag = true,
          .colour = Colour::kBlue,
          .name = "abc",
          .points = {{0x0102, -1}},
          .maybe = 5,
          .added = 9};
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text.push_back(static_cast<char>(value));
  return text;
}

TEST(Codec, BytesAreLittleEndianWithoutPadding) {
  EXPECT_EQ(encode(sample()),
            bytes({2,                                                           // version
                   0xab, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,        // small, big
                   1,    7,                                                     // flag, colour
                   3,    0,    0,    0,    'a',  'b',  'c',                     // name
                   1,    0,    0,    0,    2,    1,    0xff, 0xff, 0xff, 0xff,  // points
                   1,    5,    0,    0,    0,                                   // maybe
                   9,    0,    0,    0}));                                      // added
}

TEST(Codec, WhatIsEncodedDecodesToTheSame) {
  const Result<Thing> thing = decode<Thing>(encode(sample()));
  ASSERT_TRUE(thing) << thing.error().to_string();
  EXPECT_EQ(thing->small, 0xab);
  EXPECT_EQ(thing->big, -2);
  EXPECT_TRUE(thing->flag);
  EXPECT_EQ(thing->colour, Colour::kBlue);
  EXPECT_EQ(thing->name, "abc");
  ASSERT_EQ(thing->points.size(), 1u);
  EXPECT_EQ(thing->points[0].x, 0x0102);
  EXPECT_EQ(thing->points[0].y, -1);
  EXPECT_EQ(thing->maybe, 5u);
  EXPECT_EQ(thing->added, 9u);
}

TEST(Codec, AnOlderVersionKeepsTheDefaultsOfNewFields) {
  std::string old = encode(sample());
  old[0] = 1;
  old.resize(old.size() - 4);
  const Result<Thing> thing = decode<Thing>(old);
  ASSERT_TRUE(thing) << thing.error().to_string();
  EXPECT_EQ(thing->added, 42u);
}

TEST(Codec, EveryCutIsCorruption) {
  const std::string whole = encode(sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<Thing> thing = decode<Thing>(whole.substr(0, size));
    ASSERT_FALSE(thing) << "cut to " << size;
    EXPECT_EQ(thing.error().code(), Code::kCorruption);
  }
}

TEST(Codec, TrailingBytesUnknownVersionsAndLiesAreCorruption) {
  const std::string whole = encode(sample());
  EXPECT_FALSE(decode<Thing>(whole + '\0'));
  for (const char version : {'\0', '\3'}) {
    std::string other = whole;
    other[0] = version;
    EXPECT_FALSE(decode<Thing>(other)) << int{version};
  }
  std::string flag = whole;
  flag[10] = 2;
  EXPECT_FALSE(decode<Thing>(flag)) << "a bool that is neither 0 nor 1";
  std::string count = whole;
  count.replace(12, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(decode<Thing>(count)) << "a count of 4 billion";
}

}  // namespace
}  // namespace holdfast::storage
