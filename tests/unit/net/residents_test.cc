// Residents, driven by hand: what a turn asks of the service for them, and what they are told.

#include "net/residents.h"

#include <gmock/gmock.h>

#include <deque>
#include <string>
#include <vector>

#include "net/limits.h"
#include "tests/support/fake_service.h"

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Asks what it is given, one command after the other.
class Asker final : public Resident {
 public:
  engine::Peer peer() const override {
    return {.channel = "asker", .address = "asker", .host = "", .role = engine::Role::kAgent};
  }
  void on_time() override { ++turns; }
  std::optional<Duration> time_to_next() const override { return due; }
  bool wants_to_ask() const override { return !commands.empty(); }
  bool next_command(DecodeSpace& space) override {
    if (commands.empty()) return false;
    space.words.assign(commands.front().begin(), commands.front().end());
    return true;
  }
  void answered(const engine::Answer& answer) override {
    commands.pop_front();
    answers.push_back(answer.reply ? "ok" : std::string(answer.reply.error().message()));
  }
  void rest() override { ++rests; }
  void push(const engine::Push& push) override { pushes += static_cast<int>(push.changes->size()); }

  std::deque<std::vector<std::string>> commands;
  std::vector<std::string> answers;
  std::optional<Duration> due;
  int turns = 0;
  int rests = 0;
  int pushes = 0;
};

class ResidentsTest : public testing::Test {
 protected:
  ResidentsTest() { residents_.add(asker_); }
  void turn() {
    service_.begin_turn();
    residents_.run();
    service_.end_turn(true);
    residents_.complete(service_.take_completions());
    residents_.push(service_.take_pushes());
  }

  test::FakeService service_;
  ConnectionLimits limits_;
  Residents residents_{service_, limits_};
  std::shared_ptr<Asker> asker_ = std::make_shared<Asker>();
};

TEST_F(ResidentsTest, HaveASessionEach) {
  EXPECT_EQ(service_.open_sessions(), 1U);
  EXPECT_EQ(service_.last_peer().channel, "asker");
  EXPECT_EQ(service_.last_peer().role, engine::Role::kAgent);
  residents_.add(asker_);
  EXPECT_EQ(service_.open_sessions(), 1U) << "it is there already";
  {
    Residents others(service_, limits_);
    others.add(std::make_shared<Asker>());
    EXPECT_EQ(service_.open_sessions(), 2U);
  }
  EXPECT_EQ(service_.open_sessions(), 1U);
}

// Some commands look at thousands of rows: others have their turn between them.
TEST_F(ResidentsTest, LeaveTheRestToTheNextTurnWhenTheirTimeIsOver) {
  limits_.turn_time = Duration{0};
  asker_->commands = {{"PING"}, {"PING"}, {"PING"}};
  turn();
  EXPECT_EQ(asker_->answers.size(), 1U);
  EXPECT_TRUE(residents_.have_left_over());
  turn();
  turn();
  EXPECT_EQ(asker_->answers.size(), 3U);
  EXPECT_FALSE(residents_.have_left_over());
}

TEST_F(ResidentsTest, AskOneCommandBehindTheOther) {
  asker_->commands = {{"PING"}, {"FAIL", "TAKEN"}, {"WRITE"}};
  EXPECT_TRUE(residents_.have_left_over());
  turn();
  EXPECT_THAT(service_.requests(), ElementsAre("PING", "FAIL TAKEN", "WRITE"));
  EXPECT_EQ(asker_->answers.size(), 3U);
  EXPECT_EQ(residents_.executed(), 1U);
  EXPECT_EQ(asker_->rests, 1);
  turn();
  EXPECT_EQ(residents_.executed(), 0U);
  EXPECT_EQ(asker_->rests, 2);
  EXPECT_FALSE(residents_.have_left_over());
}

TEST_F(ResidentsTest, WaitForAnAnswerThatComesLater) {
  asker_->commands = {{"LATER"}, {"PING"}};
  turn();
  EXPECT_THAT(service_.requests(), ElementsAre("LATER"));
  EXPECT_FALSE(residents_.have_left_over()) << "there is nothing to be done";
  turn();
  EXPECT_THAT(service_.requests(), ElementsAre("LATER"));
  service_.finish_later();
  turn();
  EXPECT_TRUE(residents_.have_left_over());
  turn();
  EXPECT_THAT(asker_->answers, ElementsAre("ok", "ok"));
}

TEST_F(ResidentsTest, OfferAStalledCommandAgain) {
  asker_->commands = {{"STALL"}};
  turn();
  EXPECT_FALSE(residents_.have_left_over());
  EXPECT_THAT(asker_->answers, IsEmpty());
  service_.unstall();
  residents_.unstall();
  EXPECT_TRUE(residents_.have_left_over());
  turn();
  EXPECT_THAT(asker_->answers, ElementsAre("ok"));
}

TEST_F(ResidentsTest, LeaveRoomInATurnForOthers) {
  for (std::size_t i = 0; i <= kMaxRequestsPerTurn; ++i) asker_->commands.push_back({"PING"});
  turn();
  EXPECT_EQ(asker_->answers.size(), kMaxRequestsPerTurn);
  EXPECT_TRUE(residents_.have_left_over());
}

TEST_F(ResidentsTest, AreToldWhatTheyWatch) {
  asker_->commands = {{"WATCH"}};
  turn();
  service_.change("gala", "F11");
  turn();
  EXPECT_EQ(asker_->pushes, 1);
}

TEST_F(ResidentsTest, SayWhenTheirTimeComes) {
  EXPECT_EQ(residents_.time_to_next(), std::nullopt);
  asker_->due = Duration::seconds(9);
  const auto other = std::make_shared<Asker>();
  other->due = Duration::seconds(5);
  residents_.add(other);
  EXPECT_EQ(residents_.time_to_next(), Duration::seconds(5));
  turn();
  EXPECT_EQ(asker_->turns, 1);
}

}  // namespace
}  // namespace holdfast::net
