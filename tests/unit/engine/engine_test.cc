#include "engine/engine.h"

#include <gtest/gtest.h>

#include "engine/command_table.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

TEST(Engine, AnUnknownCommandIsRefusedAndChangesNothing) {
  Machine machine;
  const Seq before = machine.store().last_seq();
  EXPECT_EQ(machine.code(machine.connect(), "NOSUCH a b"), "SYNTAX");
  EXPECT_EQ(machine.store().last_seq(), before);
}

// Another key would give every reservation another locator.
TEST(Engine, AStoreThatHasLostTheKeyOfItsLocatorsIsNotOpened) {
  Machine machine;
  {
    const auto txn = machine.store().begin();
    ASSERT_TRUE(txn->erase(kMeta, "locator_key"));
    ASSERT_TRUE(machine.store().commit(*txn, {}));
  }
  EXPECT_THROW(machine.restart(), std::runtime_error);
}

TEST(Engine, AnswersAreStampedWithTheLastSeq) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const Execution refusal = machine.execute(admin, "NOSUCH");
  EXPECT_EQ(refusal.answer->stamp, machine.store().last_seq());
  const Execution booking = machine.execute(admin, "BOOK show 1");
  ASSERT_TRUE(booking.answer->reply) << booking.answer->reply.error().to_string();
  EXPECT_EQ(booking.answer->stamp, machine.store().last_seq());
  EXPECT_LT(machine.engine().durable_seq(), booking.answer->stamp);
  machine.engine().end_turn(true);
  EXPECT_EQ(machine.engine().durable_seq(), booking.answer->stamp);
}

TEST(Engine, ARefusedCommandLeavesNothingBehind) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(admin, "BOOK show 1"), "OK");
  const auto rows = machine.store().rows();
  EXPECT_EQ(machine.code(admin, "BOOK show 2 1"), "TAKEN");
  EXPECT_EQ(machine.store().rows(), rows);
}

TEST(Engine, RolesAreCheckedByTheRow) {
  Machine machine;
  Session& guest = machine.connect();
  EXPECT_EQ(machine.code(guest, "USER LIST"), "NOAUTH");
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  EXPECT_EQ(machine.code(guest, "USER LIST"), "DENIED");
  EXPECT_EQ(machine.field(guest, "USER LIST", "needs"), "admin");
  EXPECT_EQ(machine.code(machine.connect_as_admin(), "USER LIST"), "OK");
}

TEST(Engine, DrainingRefusesNewWorkButLetsClientsLeave) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  machine.engine().drain();
  EXPECT_EQ(machine.code(admin, "BOOK show 1"), "DRAINING");
  EXPECT_EQ(machine.code(admin, "PING"), "OK");
  EXPECT_EQ(machine.code(admin, "QUIT"), "OK");
  EXPECT_TRUE(admin.quitting);
}

TEST(Engine, ALowDiskRefusesWhatTakesStockAndAnExhaustedOneAllWrites) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1", "locator");
  machine.store().set_space(storage::Space::kLow);
  EXPECT_EQ(machine.code(admin, "HOLD show 2"), "READONLY");
  EXPECT_EQ(machine.field(admin, "HOLD show 2", "reason"), "disk");
  EXPECT_EQ(machine.code(admin, "RELEASE " + locator), "OK");
  machine.store().set_space(storage::Space::kExhausted);
  EXPECT_EQ(machine.code(admin, "RELEASE " + locator), "READONLY");
  EXPECT_EQ(machine.code(admin, "SHOW " + locator), "OK");
  machine.store().set_space(storage::Space::kAmple);
  EXPECT_EQ(machine.code(admin, "HOLD show 2"), "OK");
}

TEST(Engine, WritesStallWhileTheStoreHasNoRoomAndReadsGoOn) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  machine.store().set_accepts_writes(false);
  EXPECT_EQ(machine.execute(admin, "HOLD show 1").state, Execution::State::kStalled);
  EXPECT_EQ(machine.execute(admin, "PING").state, Execution::State::kDone);
  EXPECT_EQ(machine.execute(admin, "DRYRUN HOLD show 1").state, Execution::State::kDone);
  machine.store().set_accepts_writes(true);
  EXPECT_EQ(machine.code(admin, "HOLD show 1"), "OK");
}

TEST(Engine, ALoginIsFinishedWhileTheStoreHasNoRoom) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  machine.restart();  // nothing is remembered of the password
  Session& guest = machine.connect();
  machine.store().set_accepts_writes(false);
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "OK");
  EXPECT_EQ(guest.name, "ana");
  machine.store().set_accepts_writes(true);
}

TEST(Engine, ATaskThatWritesWaitsForRoomAndIsRefusedOnAFullDisk) {
  Machine machine;
  int ran = 0;
  const auto post = [&](bool writes) {
    machine.engine().post(
        {.session = {}, .actor = {}, .words = {}, .writes = writes, .run = [&](Context&) {
           ++ran;
           return Reply::ok();
         }});
  };
  machine.store().set_accepts_writes(false);
  post(true);
  post(false);
  machine.engine().begin_turn();
  EXPECT_EQ(ran, 1);
  machine.store().set_accepts_writes(true);
  machine.engine().begin_turn();
  EXPECT_EQ(ran, 2);
  machine.store().set_space(storage::Space::kExhausted);
  post(true);
  post(false);
  machine.engine().begin_turn();
  EXPECT_EQ(ran, 3);
  machine.store().set_space(storage::Space::kAmple);
}

TEST(Engine, APaymentsAnswerIsCommittedOnAFullDisk) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1", "locator");
  ASSERT_EQ(machine.execute(admin, "PAY " + locator).state, Execution::State::kPending);
  machine.store().set_space(storage::Space::kExhausted);
  machine.turn();
  machine.turn();
  EXPECT_EQ(machine.field(admin, "SHOW " + locator, "payment"), "paid");
}

TEST(Engine, AStallIsProgressUntilTheLimit) {
  EngineOptions options;
  options.stall_limit = Duration::seconds(60);
  Machine machine(options);
  Session& admin = machine.connect_as_admin();
  EXPECT_TRUE(machine.engine().progressing());
  machine.store().set_accepts_writes(false);
  ASSERT_EQ(machine.execute(admin, "HOLD show 1").state, Execution::State::kStalled);
  machine.clock().passed_us += 59'000'000;
  EXPECT_TRUE(machine.engine().progressing());
  machine.clock().passed_us += 2'000'000;
  EXPECT_FALSE(machine.engine().progressing());
  machine.store().set_accepts_writes(true);
  machine.engine().begin_turn();
  EXPECT_TRUE(machine.engine().progressing());
}

TEST(Engine, AnUnsyncedCommitIsProgressUntilTheLimit) {
  EngineOptions options;
  options.stall_limit = Duration::seconds(60);
  Machine machine(options);
  Session& admin = machine.connect_as_admin();
  EXPECT_TRUE(machine.engine().progressing());
  machine.store().hold_durability(true);
  ASSERT_EQ(machine.code(admin, "HOLD show 1"), "OK");
  EXPECT_TRUE(machine.engine().progressing());
  machine.clock().passed_us += 61'000'000;
  EXPECT_FALSE(machine.engine().progressing());
  machine.store().hold_durability(false);
  EXPECT_TRUE(machine.engine().progressing());
}

Task writing_task(std::vector<std::string> words, std::optional<Status> failure) {
  Task task{.session = {}, .actor = {}, .words = std::move(words), .run = {}};
  task.run = [failure = std::move(failure)](Context& context) -> Result<Reply> {
    TRY(context.txn.put(kMeta, "of a task", "x"));
    if (failure) return std::unexpected(*failure);
    return Reply::ok();
  };
  return task;
}

TEST(Engine, ATaskRunAtOnceIsACommandWithItsRecord) {
  Machine machine;
  const Seq before = machine.store().last_seq();
  EXPECT_TRUE(machine.engine().run(writing_task({"IMPORT", "something"}, {})));
  EXPECT_EQ(machine.store().last_seq().value, before.value + 1);
  EXPECT_EQ(machine.last_words(), "IMPORT something");
}

TEST(Engine, ATaskRunAtOnceThatFailsTellsWhyAndChangesNothing) {
  Machine machine;
  const auto rows = machine.store().rows();
  const auto done =
      machine.engine().run(writing_task({"IMPORT"}, Status(Code::kBadValue, "not like this")));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message(), "not like this");
  EXPECT_EQ(machine.store().rows(), rows);
}

TEST(Engine, DryRunAnswersWhatWouldHappenAndChangesNothing) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const auto rows = machine.store().rows();
  const Seq before = machine.store().last_seq();
  const auto reply = machine.run(admin, "DRYRUN HOLD show 1");
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(test::field_of_reply(*reply, "dryrun"), "1");
  EXPECT_EQ(test::field_of_reply(*reply, "status"), "held");
  EXPECT_EQ(machine.store().rows(), rows);
  EXPECT_EQ(machine.store().last_seq(), before);
  EXPECT_TRUE(admin.active.empty());
  EXPECT_EQ(machine.code(admin, "DRYRUN HOLD show 99"), "NOTFOUND");
  EXPECT_EQ(machine.code(admin, "DRYRUN"), "ARGS");
  EXPECT_EQ(machine.code(admin, "DRYRUN PING"), "ARGS");
  EXPECT_EQ(machine.code(admin, "DRYRUN DRYRUN HOLD show 1"), "ARGS");
}

TEST(Engine, DryRunOfPayChecksAndAsksNobody) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1", "locator");
  const Seq before = machine.store().last_seq();
  EXPECT_EQ(machine.field(admin, "DRYRUN PAY " + locator, "dryrun"), "1");
  EXPECT_EQ(machine.store().last_seq(), before);
  EXPECT_EQ(machine.field(admin, "SHOW " + locator, "status"), "held");
  ASSERT_EQ(machine.code(admin, "PAY " + locator), "OK");
  EXPECT_EQ(machine.code(admin, "DRYRUN PAY " + locator), "STATE");
}

TEST(Engine, RecordsHaveTheWordsOfTheCommand) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(admin, "book show 1 2 TTL=10m"), "ARGS");
  ASSERT_EQ(machine.code(admin, "hold show 1 2 TTL=10m"), "OK");
  EXPECT_EQ(machine.last_words(), "HOLD show 1 2 ttl=10m");
}

TEST(Engine, SecretsAndPersonalWordsStayOutOfTheRecord) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.code(guest, "REGISTER ana hunter2"), "OK");
  EXPECT_EQ(machine.last_words(), "REGISTER @account:1");
  ASSERT_EQ(machine.code(guest, "HOLD show 1 guest=\"Ana Ruiz\""), "OK");
  EXPECT_EQ(machine.last_words().find("Ana"), std::string::npos);
  EXPECT_NE(machine.last_words().find("guest=@person:"), std::string::npos);
  EXPECT_EQ(machine.store().records().back().record.actor, 1U);
  ASSERT_EQ(machine.code(machine.connect_as_admin(), "USER ROLE ana agent"), "OK");
  EXPECT_EQ(machine.last_words(), "USER ROLE @account:1 agent");
}

TEST(Engine, HoldsExpireByACommandOfTheEngine) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1 ttl=10m", "locator");
  EXPECT_EQ(machine.code(admin, "HOLD show 1"), "TAKEN");
  machine.clock().passed_us += 601'000'000;
  machine.engine().begin_turn();
  EXPECT_EQ(machine.last_words(), "EXPIRE 1");
  EXPECT_EQ(machine.field(admin, "SHOW " + locator, "status"), "expired");
  EXPECT_EQ(machine.code(admin, "HOLD show 1"), "OK");
}

TEST(Engine, TheLoopSleepsNoLongerThanToTheNextDeadline) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  EXPECT_FALSE(machine.engine().time_to_next());
  ASSERT_EQ(machine.code(admin, "HOLD show 1 ttl=60s"), "OK");
  const auto soon = machine.engine().time_to_next();
  ASSERT_TRUE(soon);
  EXPECT_LE(*soon, Duration::milliseconds(500));
  machine.clock().passed_us += 501'000;
  machine.engine().begin_turn();
  const auto later = machine.engine().time_to_next();
  ASSERT_TRUE(later);
  EXPECT_GT(*later, Duration::seconds(58));
  EXPECT_LE(*later, Duration::seconds(61));  // deadlines are whole seconds
}

TEST(Engine, OverdueHoldsAreExpiredBeforeItIsReady) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1 ttl=10m", "locator");
  machine.clock().passed_us += 3'600'000'000;
  machine.restart();
  EXPECT_EQ(machine.last_words(), "EXPIRE 1");
  EXPECT_EQ(machine.field(machine.connect_as_admin(), "SHOW " + locator, "status"), "expired");
}

TEST(Engine, LocatorsAreTheSameAfterARestart) {
  Machine machine;
  const std::string locator = machine.field(machine.connect_as_admin(), "BOOK show 1", "locator");
  machine.restart();
  EXPECT_EQ(machine.field(machine.connect_as_admin(), "SHOW " + locator, "locator"), locator);
}

TEST(Engine, PayIsAnsweredWhenTheProviderHasAnswered) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  const std::string locator = machine.field(guest, "HOLD show 1", "locator");
  const auto reply = machine.run(guest, "PAY " + locator);
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(test::field_of_reply(*reply, "status"), "confirmed");
  EXPECT_EQ(machine.last_words(), "PAYMENT 1 approved");
}

TEST(Engine, APaymentIsFinishedAlsoWhenThePayerHasGone) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  const std::string locator = machine.field(guest, "HOLD show 1", "locator");
  ASSERT_EQ(machine.execute(guest, "PAY " + locator).state, Execution::State::kPending);
  machine.engine().close_session(guest.id);
  machine.turn();
  machine.turn();
  EXPECT_EQ(machine.field(machine.connect_as_admin(), "SHOW " + locator, "status"), "confirmed");
  EXPECT_TRUE(machine.engine().take_completions().empty());
}

// While the provider was asked the deadline stood still; now it is nearer than that of any new
// hold.
TEST(Engine, AHoldWhosePaymentIsDeclinedShortlyBeforeItsDeadlineExpiresInTime) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  const std::string locator = machine.field(admin, "HOLD show 1 ttl=1s", "locator");
  machine.turn();
  machine.execute(admin, "PAY " + locator + " token=declined");
  machine.engine().end_turn(true);
  machine.clock().passed_us = 1'900'000;  // the deadline is at 2 s
  machine.engine().begin_turn();
  ASSERT_EQ(machine.field(admin, "SHOW " + locator, "status"), "held");
  machine.clock().passed_us = 2'000'000;
  machine.turn();
  EXPECT_EQ(machine.last_words(), "EXPIRE 1");
}

TEST(Engine, StatisticsAreKeptByRow) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(admin, "HOLD show 1"), "OK");
  ASSERT_EQ(machine.code(admin, "HOLD show 1"), "TAKEN");
  const std::string_view words[] = {"hold"};
  const CommandStats& stats = machine.engine().stats(*find_command(words)->spec);
  EXPECT_EQ(stats.calls, 2U);
  EXPECT_EQ(stats.errors, 1U);
}

TEST(Engine, APostedTaskRunsInTheNextTurnAndWakesTheLoop) {
  Machine machine;
  bool woken = false;
  machine.engine().on_wake([&] { woken = true; });
  bool ran = false;
  machine.engine().post({.session = {}, .actor = {}, .words = {}, .run = [&](Context& context) {
                           ran = context.session.role == Role::kAdmin;
                           return Reply::ok();
                         }});
  EXPECT_TRUE(woken);
  EXPECT_FALSE(ran);
  machine.engine().begin_turn();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace holdfast::engine
