#include "engine/changes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

// "5:show/1=held": seq, offering, unit, state.
std::string shown(const Change& change) {
  return fmt::format("{}:{}/{}={}", change.seq.value, change.offering_name, change.unit,
                     word(change.state));
}

class ChangeFeed : public testing::Test {
 protected:
  // What this session was told since the last call, seqs counted from `base`.
  std::string told(const Session& session) {
    std::string text;
    for (const Push& push : machine_.pushes) {
      if (std::ranges::find(push.sessions, session.id) == push.sessions.end()) continue;
      for (const Change& change : *push.changes) text += (text.empty() ? "" : " ") + shown(change);
    }
    machine_.pushes.clear();
    return text;
  }
  std::uint64_t last() { return machine_.store().last_seq().value; }

  Machine machine_;
  Session& admin_ = machine_.connect_as_admin();
  Session& watcher_ = machine_.connect();
};

TEST(Changes, AreDecodedAsTheyWereEncoded) {
  const std::vector<Change> changes{
      {{7}, {1}, "gala", "F11", "", UnitState::kHeld},
      {{7}, {1}, "gala", "F12", "", UnitState::kHeld},
      {{7}, {2}, "inn", "101", "2026-12-01..2026-12-03", UnitState::kBooked},
  };
  const std::string bytes = encode_changes(changes);
  const auto decoded = decode_changes({7}, bytes);
  ASSERT_TRUE(decoded) << decoded.error().to_string();
  ASSERT_EQ(decoded->size(), 3U);
  EXPECT_EQ(shown((*decoded)[1]), "7:gala/F12=held");
  EXPECT_EQ((*decoded)[2].span, "2026-12-01..2026-12-03");
  EXPECT_EQ((*decoded)[2].offering, OfferingId{2});
  EXPECT_EQ(encode_changes({}), "");
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto cut = decode_changes({7}, std::string_view(bytes).substr(0, size));
    if (cut) {
      EXPECT_LT(cut->size(), 3U) << "cut between two offerings";
    } else {
      EXPECT_EQ(cut.error().code(), Code::kCorruption);
    }
  }
}

// The bytes between the fences of "A change record" in the folder's README.
std::string readme_bytes() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/engine/README.md");
  std::string bytes;
  bool inside = false;
  bool found = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("A change record")) found = true;
    if (found && line == "```") {
      if (inside) break;
      inside = true;
      continue;
    }
    if (!inside) continue;
    std::istringstream words(line.substr(0, 16));
    for (std::string word; words >> word;) {
      bytes.push_back(static_cast<char>(std::stoi(word, nullptr, 16)));
    }
  }
  return bytes;
}

TEST(Changes, AreEncodedAsTheReadmeSays) {
  const std::vector<Change> changes{{{7}, {2}, "gala", "F11", "", UnitState::kHeld}};
  EXPECT_EQ(encode_changes(changes), readme_bytes());
}

TEST(Changes, PositionsAreSeqsWithOrWithoutAHistory) {
  EXPECT_EQ(parse_feed_position("88213")->seq, Seq{88213});
  EXPECT_FALSE(parse_feed_position("88213")->history);
  EXPECT_EQ(parse_feed_position("feedcafe:12")->history, 0xfeedcafeU);
  for (const std::string_view text : {"", ":", "x", "1:", ":1", "-1", "zz:1", "1:2:3"}) {
    EXPECT_FALSE(parse_feed_position(text)) << text;
  }
}

TEST_F(ChangeFeed, AWatcherIsToldEveryChangeOnceInOrder) {
  ASSERT_EQ(machine_.code(admin_, "BOOK show 1"), "OK");
  ASSERT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  EXPECT_EQ(told(watcher_), "");
  const std::string locator = machine_.field(admin_, "HOLD show 2 3", "locator");
  const auto held = last();
  ASSERT_EQ(machine_.code(admin_, "RELEASE " + locator), "OK");
  EXPECT_EQ(told(watcher_), fmt::format("{0}:show/2=held {0}:show/3=held {1}:show/2=free "
                                        "{1}:show/3=free",
                                        held, held + 1));
  machine_.turn();
  EXPECT_EQ(told(watcher_), "");
}

TEST_F(ChangeFeed, AChangeIsToldOnlyOnceItIsDurable) {
  ASSERT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  machine_.store().hold_durability(true);
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  machine_.turn();
  EXPECT_EQ(told(watcher_), "");
  machine_.store().hold_durability(false);
  machine_.turn();
  EXPECT_EQ(told(watcher_), fmt::format("{}:show/1=held", last()));
}

TEST_F(ChangeFeed, WatchingFromASeqTellsWhatWasMissedThenGoesOn) {
  const auto before = last();
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  ASSERT_EQ(machine_.code(admin_, "HOLD show 2"), "OK");
  ASSERT_EQ(machine_.code(watcher_, fmt::format("WATCH show from={}", before + 1)), "OK");
  ASSERT_EQ(machine_.code(admin_, "HOLD show 3"), "OK");
  machine_.turn();
  EXPECT_EQ(told(watcher_), fmt::format("{}:show/2=held {}:show/3=held", before + 2, before + 3));
}

TEST_F(ChangeFeed, WatchingAgainLosesNothingThatIsStillToBeTold) {
  const auto seq = last();
  machine_.run(watcher_, "WATCH show");
  machine_.execute(admin_, "BOOK show 1");
  machine_.execute(watcher_, "WATCH show");  // in the same turn
  machine_.turn();
  EXPECT_EQ(told(watcher_), fmt::format("{}:show/1=booked", seq + 1));
  machine_.execute(watcher_, fmt::format("WATCH show from={}", seq));
  machine_.execute(watcher_, "WATCH show");  // before the old changes were told
  machine_.turn();
  EXPECT_EQ(told(watcher_), fmt::format("{}:show/1=booked", seq + 1));
}

TEST_F(ChangeFeed, WhatIsNoLongerInMemoryComesFromTheJournal) {
  const auto before = last();
  for (int unit = 1; unit <= 3; ++unit) {
    ASSERT_EQ(machine_.code(admin_, fmt::format("HOLD show {}", unit)), "OK");
  }
  machine_.restart();
  Session& watcher = machine_.connect();
  ASSERT_EQ(machine_.code(watcher, fmt::format("WATCH show from=feed:{}", before + 1)), "OK");
  ASSERT_EQ(machine_.code(machine_.connect_as_admin(), "HOLD show 4"), "OK");
  machine_.turn();
  machine_.turn();
  EXPECT_EQ(told(watcher), fmt::format("{}:show/2=held {}:show/3=held {}:show/4=held", before + 2,
                                       before + 3, last()));
  EXPECT_FALSE(machine_.engine().time_to_next() == Duration{});
}

TEST_F(ChangeFeed, AMemoryTooSmallForWhatWasMissedMakesNoGap) {
  EngineOptions options;
  options.kept_changes = 2;
  Machine small(options);
  Session& admin = small.connect_as_admin();
  const auto before = small.store().last_seq().value;
  for (int unit = 1; unit <= 8; ++unit) {
    ASSERT_EQ(small.code(admin, fmt::format("HOLD show {}", unit)), "OK");
  }
  Session& watcher = small.connect();
  ASSERT_EQ(small.code(watcher, fmt::format("WATCH show from={}", before)), "OK");
  small.turn();
  std::string units;
  for (const Push& push : small.pushes) {
    for (const Change& change : *push.changes) units += change.unit;
  }
  EXPECT_EQ(units, "12345678");
}

// Who was told something since the last call, in order: "b" for the second of `sessions`.
std::string told_whom(Machine& machine, const std::vector<Session*>& sessions) {
  std::string letters;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const bool told = std::ranges::any_of(machine.pushes, [&](const Push& push) {
      return std::ranges::find(push.sessions, sessions[i]->id) != push.sessions.end();
    });
    if (told) letters.push_back(static_cast<char>('a' + i));
  }
  machine.pushes.clear();
  return letters;
}

TEST_F(ChangeFeed, ThoseWhoResumeAreToldOneAtATurnInRoundRobin) {
  const auto before = last();
  // Somewhat more than one step of changes.
  for (std::size_t told = 0; told <= Changes::kReplayStep; told += 20) {
    const std::string locator = machine_.field(admin_, "HOLD show 1 2 3 4 5 6 7 8 9 10", "locator");
    ASSERT_EQ(machine_.code(admin_, "RELEASE " + locator), "OK");
  }
  machine_.store().hold_durability(true);
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  const std::vector<Session*> watchers{&watcher_, &machine_.connect(), &machine_.connect()};
  for (Session* watcher : watchers) {
    ASSERT_EQ(machine_.code(*watcher, fmt::format("WATCH show from={}", before)), "OK");
  }
  EXPECT_EQ(told_whom(machine_, watchers), "");
  EXPECT_FALSE(machine_.engine().time_to_next() == Duration{});
  machine_.store().hold_durability(false);
  std::string turns;
  for (int turn = 0; turn < 6; ++turn) {
    EXPECT_EQ(machine_.engine().time_to_next(), Duration{});
    machine_.turn();
    turns += told_whom(machine_, watchers) + " ";
  }
  EXPECT_EQ(turns, "a b c a b c ");
  EXPECT_FALSE(machine_.engine().time_to_next() == Duration{});
  ASSERT_EQ(machine_.code(admin_, "HOLD show 2"), "OK");
  EXPECT_EQ(told_whom(machine_, watchers), "abc");
}

TEST_F(ChangeFeed, WhoDoesNotTakeOldChangesWaitsForThemAndHoldsUpNobody) {
  const auto before = last();
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  watcher_.congested = true;
  ASSERT_EQ(machine_.code(watcher_, fmt::format("WATCH show from={}", before)), "OK");
  EXPECT_FALSE(machine_.engine().time_to_next() == Duration{});
  Session& other = machine_.connect();
  ASSERT_EQ(machine_.code(other, fmt::format("WATCH show from={}", before)), "OK");
  EXPECT_EQ(told_whom(machine_, {&watcher_, &other}), "b");
  ASSERT_EQ(machine_.code(admin_, "HOLD show 2"), "OK");
  EXPECT_EQ(told_whom(machine_, {&watcher_, &other}), "b");
  watcher_.congested = false;
  EXPECT_EQ(machine_.engine().time_to_next(), Duration{});
  machine_.turn();
  EXPECT_EQ(told(watcher_), fmt::format("{}:show/1=held {}:show/2=held", before + 1, before + 2));
}

TEST_F(ChangeFeed, WhatTheJournalHasDroppedIsGoneWithoutReadingIt) {
  const auto before = last();
  for (int unit = 1; unit <= 3; ++unit) {
    ASSERT_EQ(machine_.code(admin_, fmt::format("HOLD show {}", unit)), "OK");
  }
  machine_.restart();
  machine_.store().trim_journal({before + 2});
  Session& watcher = machine_.connect();
  const std::string dropped = fmt::format("from={}", before);
  EXPECT_EQ(machine_.code(watcher, "FEED " + dropped), "GONE");
  EXPECT_EQ(machine_.code(watcher, "WATCH show " + dropped), "GONE");
  EXPECT_EQ(machine_.field(watcher, "WATCH show " + dropped, "oldest"),
            fmt::format("feed:{}", before + 1));
  EXPECT_EQ(machine_.store().replays(), 0U);
  ASSERT_EQ(machine_.code(watcher, fmt::format("WATCH show from={}", before + 1)), "OK");
  EXPECT_EQ(told(watcher), fmt::format("{}:show/2=held {}:show/3=held", before + 2, before + 3));
}

TEST_F(ChangeFeed, AWatcherIsToldWhenTheJournalIsCutBeforeItHasResumed) {
  const auto before = last();
  for (int unit = 1; unit <= 3; ++unit) {
    ASSERT_EQ(machine_.code(admin_, fmt::format("HOLD show {}", unit)), "OK");
  }
  machine_.restart();
  Session& watcher = machine_.connect();
  watcher.congested = true;
  ASSERT_EQ(machine_.code(watcher, fmt::format("WATCH show from={}", before)), "OK");
  machine_.store().trim_journal({before + 2});
  machine_.pushes.clear();
  watcher.congested = false;
  machine_.turn();
  ASSERT_EQ(machine_.pushes.size(), 1U);
  const Push& push = machine_.pushes.front();
  EXPECT_EQ(push.sessions, std::vector{watcher.id});
  ASSERT_TRUE(push.lost);
  EXPECT_EQ(push.lost->code(), Code::kGone);
  EXPECT_TRUE(push.changes->empty());
  EXPECT_FALSE(machine_.engine().time_to_next() == Duration{});
}

TEST_F(ChangeFeed, AnotherHistoryIsGoneAndTheFutureIsABadValue) {
  EXPECT_EQ(machine_.code(watcher_, "WATCH show from=abc:1"), "GONE");
  EXPECT_EQ(machine_.field(watcher_, "WATCH show from=abc:1", "oldest"), "feed:0");
  EXPECT_EQ(machine_.code(watcher_, "WATCH show from=999999"), "BADVALUE");
  EXPECT_EQ(machine_.code(watcher_, "FEED from=999999"), "BADVALUE");
  EXPECT_EQ(machine_.field(watcher_, "FEED from=999999", "last"), fmt::format("feed:{}", last()));
  EXPECT_TRUE(watcher_.watched.empty());
}

TEST_F(ChangeFeed, OnlyWatchedOfferingsAreTold) {
  EXPECT_EQ(machine_.code(watcher_, "WATCH nosuch"), "NOTFOUND");
  ASSERT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  ASSERT_EQ(machine_.code(watcher_, "UNWATCH show"), "OK");
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  EXPECT_EQ(told(watcher_), "");
}

TEST_F(ChangeFeed, PushModeTakesFewCommandsUntilTheLastUnwatch) {
  ASSERT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  EXPECT_EQ(machine_.code(watcher_, "WHOAMI"), "STATE");
  EXPECT_EQ(machine_.code(watcher_, "PING"), "OK");
  EXPECT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  EXPECT_EQ(machine_.code(watcher_, "UNWATCH"), "OK");
  EXPECT_EQ(machine_.code(watcher_, "WHOAMI"), "OK");
}

TEST_F(ChangeFeed, OnResp3AnyCommandMayBeMixedWithPushes) {
  ASSERT_EQ(machine_.code(watcher_, "HELLO 3"), "OK");
  ASSERT_EQ(machine_.code(watcher_, "WATCH show"), "OK");
  EXPECT_EQ(machine_.code(watcher_, "WHOAMI"), "OK");
}

TEST_F(ChangeFeed, AClosedWatcherIsForgotten) {
  ASSERT_EQ(machine_.code(watcher_, "WATCH show from=0"), "OK");
  machine_.engine().close_session(watcher_.id);
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  machine_.pushes.clear();
  machine_.turn();
  EXPECT_TRUE(machine_.pushes.empty());
}

TEST_F(ChangeFeed, FeedListsChangesPageByPage) {
  const auto before = last();
  for (int unit = 1; unit <= 5; ++unit) {
    ASSERT_EQ(machine_.code(admin_, fmt::format("HOLD show {}", unit)), "OK");
  }
  std::string from = fmt::format("{}", before);
  std::string seen;
  for (int page = 0; page < 3; ++page) {
    const auto reply = machine_.run(watcher_, "FEED n=2 from=" + from);
    ASSERT_TRUE(reply) << reply.error().to_string();
    seen += test::field_of_reply(*reply, "changes") + ";";
    from = test::field_of_reply(*reply, "next");
  }
  EXPECT_EQ(seen, "show/1,show/2;show/3,show/4;show/5;");
  EXPECT_EQ(from, fmt::format("feed:{}", last()));
  EXPECT_EQ(machine_.code(watcher_, "FEED"), "ARGS");
  EXPECT_EQ(machine_.code(watcher_, "FEED from=x"), "BADVALUE");
}

TEST_F(ChangeFeed, FeedShowsWhatIsCommittedAndIsStampedWithIt) {
  const auto before = last();
  machine_.store().hold_durability(true);
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1"), "OK");
  const Execution feed = machine_.execute(watcher_, fmt::format("FEED from={}", before));
  ASSERT_TRUE(feed.answer->reply);
  EXPECT_EQ(test::field_of_reply(*feed.answer->reply, "changes"), "show/1");
  EXPECT_EQ(feed.answer->stamp, Seq{last()});
  EXPECT_LT(machine_.engine().durable_seq(), Seq{last()});
}

TEST_F(ChangeFeed, FeedFromTheJournalTellsTheSame) {
  ASSERT_EQ(machine_.code(admin_, "HOLD show 1 2"), "OK");
  const std::string before = machine_.field(watcher_, "FEED from=0", "changes");
  machine_.restart();
  EXPECT_EQ(machine_.field(machine_.connect(), "FEED from=0", "changes"), before);
  EXPECT_EQ(before, "show/1,show/2");
}

}  // namespace
}  // namespace holdfast::engine
