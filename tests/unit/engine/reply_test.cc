#include "engine/reply.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

Reply sample() {
  Record item;
  item.add("unit", "F11").add("price", std::int64_t{8000});
  item.brief = "gala/F11";
  Record record;
  record.add("locator", "H7QK2M")
      .add("total", std::int64_t{-36000})
      .add("nothing", Value())
      .add("items", List{Value(item), Value(item)});
  return {.value = std::move(record), .layout = Layout::kExpanded};
}

Value nested(int depth) {
  if (depth == 0) return std::int64_t{1};
  List list;
  list.push_back(nested(depth - 1));
  return list;
}

TEST(Reply, IsDecodedAsItWasEncoded) {
  std::vector<std::unique_ptr<std::string>> names;
  const std::string bytes = encode_reply(sample());
  const auto decoded = decode_reply(bytes, names);
  ASSERT_TRUE(decoded) << decoded.error().to_string();
  EXPECT_EQ(decoded->layout, Layout::kExpanded);
  EXPECT_EQ(test::field_of_reply(*decoded, "locator"), "H7QK2M");
  EXPECT_EQ(test::field_of_reply(*decoded, "total"), "-36000");
  EXPECT_EQ(test::field_of_reply(*decoded, "items"), "gala/F11,gala/F11");
  EXPECT_EQ(encode_reply(*decoded), bytes);
}

TEST(Reply, NamesAreKeptOnce) {
  std::vector<std::unique_ptr<std::string>> names;
  const std::string bytes = encode_reply(sample());
  ASSERT_TRUE(decode_reply(bytes, names));
  const std::size_t kept = names.size();
  ASSERT_TRUE(decode_reply(bytes, names));
  EXPECT_EQ(names.size(), kept);
}

TEST(Reply, StatusIsAWordOfItsOwn) {
  EXPECT_EQ(Reply::ok().layout, Layout::kStatus);
  EXPECT_EQ(test::text_of(Reply::ok().value), "OK");
}

TEST(Reply, DamagedBytesAreCorruptionWhereverTheyAreCut) {
  std::vector<std::unique_ptr<std::string>> names;
  const std::string bytes = encode_reply(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto decoded = decode_reply(bytes.substr(0, size), names);
    ASSERT_FALSE(decoded) << size;
    EXPECT_EQ(decoded.error().code(), Code::kCorruption) << size;
  }
  EXPECT_FALSE(decode_reply(bytes + 'x', names));
}

TEST(Reply, DeepNestingIsRefused) {
  std::vector<std::unique_ptr<std::string>> names;
  EXPECT_TRUE(decode_reply(encode_reply({.value = nested(5)}), names));
  EXPECT_FALSE(decode_reply(encode_reply({.value = nested(50)}), names));
}

}  // namespace
}  // namespace holdfast::engine
