#include "engine/slow_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace holdfast::engine {
namespace {

SlowCommand command(std::vector<std::string> words) {
  SlowCommand slow;
  slow.words = std::move(words);
  return slow;
}

TEST(SlowLog, TakesWhatLastsAsLongAsTheThreshold) {
  SlowLog log(Duration::milliseconds(10));
  EXPECT_FALSE(log.is_slow(9'999));
  EXPECT_TRUE(log.is_slow(10'000));
  log.set_threshold({});
  EXPECT_TRUE(log.is_slow(0));
}

TEST(SlowLog, KeepsTheLastOnesNewestFirst) {
  SlowLog log({});
  for (std::size_t i = 1; i <= SlowLog::kKept + 3; ++i) log.add(command({std::to_string(i)}));
  ASSERT_EQ(log.commands().size(), SlowLog::kKept);
  EXPECT_EQ(log.commands().front().words.front(), std::to_string(SlowLog::kKept + 3));
  EXPECT_EQ(log.commands().back().number, 4U);
  log.clear();
  EXPECT_TRUE(log.commands().empty());
  log.add(command({"PING"}));
  EXPECT_EQ(log.commands().front().number, SlowLog::kKept + 4);
}

TEST(SlowLog, CutsLongWordsAndManyBetweenCharacters) {
  SlowLog log({});
  std::vector<std::string> many(SlowLog::kMaxWords + 5, "x");
  const std::string letters(SlowLog::kMaxWordBytes - 1, 'a');
  many[0] = fmt::format("{}\xc3\xa9\xc3\xa9", letters);
  log.add(command(many));
  const auto& words = log.commands().front().words;
  ASSERT_EQ(words.size(), SlowLog::kMaxWords + 1);
  EXPECT_EQ(words[0], fmt::format("{}(4 bytes more)", letters));
  EXPECT_EQ(words.back(), "(5 words more)");
}

}  // namespace
}  // namespace holdfast::engine
