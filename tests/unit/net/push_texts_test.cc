#include "net/push_texts.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace holdfast::net {
namespace {

engine::Push push_of(std::uint64_t seq) {
  return {.seq = {seq},
          .changes = std::make_shared<const std::vector<engine::Change>>(1),
          .sessions = {}};
}

TEST(PushTexts, AShapeIsMadeOnceForAllWhoWantIt) {
  PushTexts texts;
  int made = 0;
  const auto make = [&](const engine::Push& push) {
    ++made;
    return std::to_string(push.seq.value);
  };
  const engine::Push push = push_of(7);
  const SharedBytes first = texts.of(push, "lines", make);
  EXPECT_EQ(*first, "7");
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(texts.of(push, "lines", make), first);
  EXPECT_EQ(made, 1);
  EXPECT_NE(texts.of(push, "fields", make), first);
  EXPECT_EQ(made, 2);
}

TEST(PushTexts, AnotherPushHasAnotherText) {
  PushTexts texts;
  const auto make = [](const engine::Push& push) { return std::to_string(push.seq.value); };
  // One after the other, so that what one has held may be the next one's memory.
  for (std::uint64_t seq = 1; seq <= 100; ++seq) {
    ASSERT_EQ(*texts.of(push_of(seq), "lines", make), std::to_string(seq));
  }
}

TEST(PushTexts, HoldNothingOnceCleared) {
  PushTexts texts;
  const engine::Push push = push_of(1);
  const SharedBytes text = texts.of(push, "lines", [](const auto&) { return std::string("x"); });
  EXPECT_EQ(push.changes.use_count(), 2);
  texts.clear();
  EXPECT_EQ(push.changes.use_count(), 1);
  EXPECT_EQ(text.use_count(), 1);
}

}  // namespace
}  // namespace holdfast::net
