#include "cmd/terminal/watch_notes.h"

#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using net::RespValue;
using Kind = RespValue::Kind;

RespValue value(Kind kind, std::string_view text, std::vector<RespValue> items = {}) {
  RespValue value;
  value.kind = kind;
  value.text = text;
  value.items = std::move(items);
  return value;
}

RespValue at(std::string_view position) {
  return value(Kind::kMap, "", {value(Kind::kText, "position"), value(Kind::kText, position)});
}

RespValue change(int seq) {
  return value(Kind::kPush, "",
               {value(Kind::kText, "change"), value(Kind::kText, "gala"),
                value(Kind::kNumber, std::to_string(seq))});
}

TEST(WatchNotes, TellHowToGoOnBehindTheLastChange) {
  WatchNotes notes;
  EXPECT_EQ(notes.resume(), "");
  notes.replied({"watch", "gala"}, at("9f2c:7"));
  EXPECT_EQ(notes.resume(), "WATCH gala from=9f2c:7");
  notes.pushed(change(12));
  EXPECT_EQ(notes.resume(), "WATCH gala from=9f2c:12");
}

// Its changes may be under way, and would be missed by whoever goes on behind them.
TEST(WatchNotes, AFurtherOfferingDoesNotMoveThePlace) {
  WatchNotes notes;
  notes.replied({"WATCH", "gala"}, at("9f2c:7"));
  notes.replied({"WATCH", "express"}, at("9f2c:9"));
  EXPECT_EQ(notes.resume(), "WATCH express gala from=9f2c:7");
  notes.replied({"UNWATCH", "gala"}, at("9f2c:9"));
  EXPECT_EQ(notes.resume(), "WATCH express from=9f2c:7");
}

TEST(WatchNotes, AWatchThatResumesIsWhereItSaysUntilChangesCome) {
  WatchNotes notes;
  notes.replied({"WATCH", "gala", "from=3"}, at("9f2c:9"));
  EXPECT_EQ(notes.resume(), "WATCH gala from=9f2c:3");
  notes.replied({"WATCH", "gala", "FROM=9f2c:5"}, at("9f2c:9"));
  EXPECT_EQ(notes.resume(), "WATCH gala from=9f2c:5");
}

TEST(WatchNotes, EndWithTheWatch) {
  WatchNotes notes;
  for (const std::vector<std::string>& end :
       {std::vector<std::string>{"UNWATCH"}, {"UNWATCH", "gala"}, {"RESET"}}) {
    notes.replied({"WATCH", "gala"}, at("9f2c:7"));
    ASSERT_TRUE(notes.watching());
    notes.replied(end, at("9f2c:7"));
    EXPECT_FALSE(notes.watching()) << end.front();
  }
  // A refusal changes nothing.
  notes.replied({"WATCH", "gala"}, value(Kind::kError, "NOTFOUND no offering"));
  EXPECT_FALSE(notes.watching());
}

}  // namespace
}  // namespace holdfast::cmd
