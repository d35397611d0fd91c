#include "storage/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::storage {
namespace {

TEST(Digest, DoesNotDependOnOrderAndForgetsWhatIsSubtracted) {
  Digest one;
  Digest other;
  for (int i = 0; i < 100; ++i) one.add({1}, "key" + std::to_string(i), "value");
  for (int i = 200; i-- > 0;) other.add({1}, "key" + std::to_string(i), "value");
  EXPECT_NE(one, other);
  for (int i = 100; i < 200; ++i) other.subtract({1}, "key" + std::to_string(i), "value");
  EXPECT_EQ(one, other);
}

TEST(Digest, TellsTablesKeysAndValuesApart) {
  const auto of = [](TableId table, std::string_view key, std::string_view value) {
    Digest digest;
    digest.add(table, key, value);
    return digest.words();
  };
  EXPECT_NE(of({1}, "ab", "c"), of({1}, "a", "bc"));
  EXPECT_NE(of({1}, "a", "b"), of({2}, "a", "b"));
  EXPECT_NE(of({1}, "a", ""), of({1}, "a", std::string_view("\0", 1)));
}

// A fixed value: the digest is compared between machines and versions.
TEST(Digest, IsTheSameOnEveryMachine) {
  Digest digest;
  digest.add({7}, "key", "value");
  digest.add({8}, "other", "");
  EXPECT_EQ(format_digest(digest.words()), "783e3e36dd042a14609dea52fd085fb8");
}

TEST(RowChecksum, ShowsSwappedRows) {
  EXPECT_NE(row_checksum({1}, "a", "value"), row_checksum({1}, "b", "value"));
  EXPECT_NE(row_checksum({1}, "a", "value"), row_checksum({2}, "a", "value"));
}

}  // namespace
}  // namespace holdfast::storage
