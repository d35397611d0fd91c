// What concurrent clients of the real holdfastd were told is the doing of one server that took one
// command after the other; and a history that is not is found out.
//
// HOLDFAST_MODEL_SEED=N    what the clients ask; "draw" draws one
// HOLDFAST_MODEL_STEPS=N   requests of each client

#include "tests/model/history.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "tests/model/recorder.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"

namespace holdfast::model {
namespace {

History record_history(std::uint64_t seed, int clients, int requests) {
  test::TempDirectory directory;
  test::Daemon daemon(directory / "data");
  test::Recorder recorder(daemon.ready());
  recorder.record(seed, clients, requests);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
  return recorder.history();
}

TEST(ConcurrentClients, AreToldWhatOneServerWouldTellThemOneAfterTheOther) {
  const std::uint64_t seed = test::seed_setting("HOLDFAST_MODEL_SEED");
  const auto requests =
      test::setting("HOLDFAST_MODEL_STEPS", HOLDFAST_HISTORY_REQUESTS, 1, 1'000'000);
  SCOPED_TRACE(fmt::format("HOLDFAST_MODEL_SEED={}", seed));
  const auto history = record_history(seed, 6, static_cast<int>(requests));
  EXPECT_EQ(find_fault(history), "");
  fmt::print("seed {}: {} replies, {} commits\n", seed, history.operations.size(),
             history.commits.size());
}

// ---- histories that no sound server makes ----

class BrokenHistory : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto recorded = std::make_unique<History>(record_history(1, 4, 60));
    ASSERT_EQ(find_fault(*recorded), "");
    sound_ = recorded.release();
  }
  static void TearDownTestSuite() { delete sound_; }

  void SetUp() override {
    ASSERT_NE(sound_, nullptr) << "there is no sound history to break";
    history_ = *sound_;
  }

  // The first operation of a verb that went well, and the commit it is of.
  Operation& first(const std::string& verb) {
    return *std::ranges::find_if(history_.operations, [&](const Operation& operation) {
      return operation.words[0] == verb && operation.reply.starts_with("OK") &&
             operation.reply.find("replayed=") == std::string::npos;
    });
  }
  // Opens a gap for one more commit after `seq`, which everybody may have heard of by then.
  void insert_commit(Commit commit) {
    for (Commit& later : history_.commits) later.seq += later.seq >= commit.seq ? 1 : 0;
    for (Operation& later : history_.operations) {
      const bool replay = later.reply.find("replayed=1") != std::string::npos;
      if (later.seq >= commit.seq && !replay) ++later.seq;
    }
    history_.commits.insert(history_.commits.begin() + static_cast<std::ptrdiff_t>(commit.seq) - 1,
                            commit);
  }

  History history_;
  static History* sound_;
};
History* BrokenHistory::sound_ = nullptr;

TEST_F(BrokenHistory, RepliesThatWereSwapped) {
  std::swap(first("HOLD").reply, first("BOOK").reply);
  EXPECT_NE(find_fault(history_), "");
}

TEST_F(BrokenHistory, AReplyThatIsAnotherTheSecondTime) {
  const auto again = std::ranges::find_if(history_.operations, [](const Operation& operation) {
    return operation.reply.find("replayed=1") != std::string::npos;
  });
  ASSERT_NE(again, history_.operations.end());
  again->reply.replace(again->reply.find("locator=") + 8, 6, "222222");
  EXPECT_NE(find_fault(history_).find("given again"), std::string::npos);
}

TEST_F(BrokenHistory, ABookingThatIsLost) {
  for (Operation& operation : history_.operations) {
    if (operation.words[0] != "SHOW" || !operation.admin) continue;
    operation.reply = "NOTFOUND {}";
    break;
  }
  EXPECT_NE(find_fault(history_), "");
}

TEST_F(BrokenHistory, ABookingWhoseCommitIsLost) {
  const Seq seq = first("BOOK").seq;
  history_.commits[seq - 1].words = {"EXPIRE", "0"};
  EXPECT_NE(find_fault(history_), "");
}

TEST_F(BrokenHistory, AUnitThatIsSoldTwice) {
  Operation again = first("BOOK");
  Commit commit = history_.commits[again.seq - 1];
  commit.seq = ++again.seq;
  insert_commit(commit);
  again.end = history_.operations.back().end;  // it began with the first and took its time
  again.reply.replace(again.reply.find("locator=") + 8, 6, "222222");
  history_.operations.push_back(again);
  EXPECT_NE(find_fault(history_).find("expected TAKEN"), std::string::npos) << find_fault(history_);
}

TEST_F(BrokenHistory, ACommitThatNobodyAskedFor) {
  Commit commit = history_.commits[first("BOOK").seq - 1];
  ++commit.seq;
  insert_commit(commit);
  EXPECT_NE(find_fault(history_).find("nobody asked"), std::string::npos) << find_fault(history_);
}

TEST_F(BrokenHistory, ASeqThatRunsAgainstRealTime) {
  Operation& early = history_.operations.front();
  Operation& late = history_.operations.back();
  std::swap(early.begin, late.begin);
  std::swap(early.end, late.end);
  EXPECT_NE(find_fault(history_).find("ended before this began"), std::string::npos);
}

TEST_F(BrokenHistory, AHoldThatExpiresTooEarly) {
  const auto expiry = std::ranges::find_if(
      history_.commits, [](const Commit& commit) { return commit.words[0] == "EXPIRE"; });
  ASSERT_NE(expiry, history_.commits.end());
  expiry->time -= 3 * kSecond;
  EXPECT_NE(find_fault(history_), "");
}

TEST_F(BrokenHistory, AHoldThatExpiresTooLate) {
  // The hold of one second is shown as held long after.
  for (Commit& commit : history_.commits) {
    if (commit.seq > first("HOLD").seq) commit.time += 3600 * kSecond;
  }
  EXPECT_NE(find_fault(history_), "");
}

TEST_F(BrokenHistory, AnAnswerBeyondTheJournal) {
  history_.operations.back().seq += 1;
  EXPECT_NE(find_fault(history_).find("beyond"), std::string::npos) << find_fault(history_);
}

}  // namespace
}  // namespace holdfast::model
