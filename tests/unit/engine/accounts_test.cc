#include "engine/accounts.h"

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

TEST(Accounts, RegisterCreatesACustomerAndLogsIn) {
  Machine machine;
  Session& guest = machine.connect();
  const auto reply = machine.run(guest, "REGISTER \"Ana Ruiz\" secret");
  ASSERT_TRUE(reply) << reply.error().to_string();
  EXPECT_EQ(test::field_of_reply(*reply, "name"), "Ana Ruiz");
  EXPECT_EQ(test::field_of_reply(*reply, "role"), "customer");
  EXPECT_EQ(guest.name, "Ana Ruiz");
  EXPECT_EQ(guest.role, Role::kCustomer);
  EXPECT_EQ(machine.field(guest, "WHOAMI", "account"), "1");
}

TEST(Accounts, NamesAreUniqueAndCaseMatters) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  EXPECT_EQ(machine.code(guest, "REGISTER ana other"), "EXISTS");
  EXPECT_EQ(machine.code(guest, "REGISTER Ana other"), "OK");
}

TEST(Accounts, TwoRegistrationsOfOneNameAtOnceGiveOneAccount) {
  Machine machine;
  Session& first = machine.connect();
  Session& second = machine.connect();
  ASSERT_EQ(machine.execute(first, "REGISTER ana one").state, Execution::State::kPending);
  EXPECT_EQ(machine.code(second, "REGISTER ana two"), "EXISTS");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana one"), "OK");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana two"), "NOAUTH");
}

TEST(Accounts, ARegistrationWhoseClientHasGoneIsFinished) {
  Machine machine;
  Session& guest = machine.connect();
  ASSERT_EQ(machine.execute(guest, "REGISTER ana secret").state, Execution::State::kPending);
  machine.engine().close_session(guest.id);
  Session& other = machine.connect();
  // The workers take jobs in order: once this one is answered, the other is done.
  ASSERT_EQ(machine.code(other, "REGISTER ben secret"), "OK");
  EXPECT_EQ(other.name, "ben");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana secret"), "OK");
}

TEST(Accounts, BadNamesAreRefused) {
  for (const std::string_view name : {"", " ana", "ana ", "a:b", "a\tb", "\xff"}) {
    ASSERT_FALSE(check_account_name(name)) << name;
    EXPECT_EQ(check_account_name(name).error().code(), Code::kBadValue) << name;
  }
  std::string name;
  for (std::size_t i = 0; i < kMaxAccountCodePoints; ++i) name += "ñ";
  EXPECT_TRUE(check_account_name(name));
  EXPECT_EQ(check_account_name(name + "ñ").error().code(), Code::kLimit);
  EXPECT_EQ(check_password("").error().code(), Code::kBadValue);
  EXPECT_EQ(check_password(std::string(kMaxPasswordBytes + 1, 'x')).error().code(), Code::kLimit);
}

TEST(Accounts, WrongNameAndWrongPasswordAreAnsweredAlike) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  Session& guest = machine.connect();
  const auto wrong_password = machine.run(guest, "AUTH ana wrong");
  const auto wrong_name = machine.run(guest, "AUTH nobody wrong");
  ASSERT_FALSE(wrong_password);
  ASSERT_FALSE(wrong_name);
  EXPECT_EQ(wrong_password.error().to_string(), wrong_name.error().to_string());
  EXPECT_EQ(guest.role, Role::kGuest);
}

TEST(Accounts, APasswordJustVerifiedNeedsNoHashing) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  ASSERT_EQ(machine.code(machine.connect(), "AUTH ana secret"), "OK");
  EXPECT_EQ(machine.execute(machine.connect(), "AUTH ana secret").state, Execution::State::kDone);
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana other"), "NOAUTH");
  machine.clock().passed_us += 61'000'000;
  EXPECT_EQ(machine.execute(machine.connect(), "AUTH ana secret").state,
            Execution::State::kPending);
}

TEST(Accounts, TenFailuresOfAnAccountMakeItWait) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  Session& guest = machine.connect();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(machine.code(guest, "AUTH ana wrong"), "NOAUTH");
  EXPECT_EQ(machine.code(guest, "AUTH ana wrong"), "BUSY");
  EXPECT_EQ(machine.field(guest, "AUTH ana secret", "retry"), "10");
  machine.clock().passed_us += 11'000'000;
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "OK");
  // Success gives all tries back.
  EXPECT_EQ(machine.code(guest, "AUTH ana wrong"), "NOAUTH");
}

TEST(Accounts, ManyConnectionsWithTheRightPasswordLogInAtOnce) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  std::vector<Session*> sessions;
  for (int i = 0; i < 25; ++i) {
    sessions.push_back(&machine.connect());
    ASSERT_EQ(machine.execute(*sessions.back(), "AUTH ana secret").state,
              Execution::State::kPending)
        << i;
  }
  // The workers take jobs in order.
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ben secret"), "OK");
  for (const Session* session : sessions) EXPECT_EQ(session->name, "ana");
}

TEST(Accounts, GuessesMadeAtOnceArePaidForLater) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  for (int i = 0; i < 15; ++i) {
    ASSERT_EQ(machine.execute(machine.connect(), "AUTH ana wrong").state,
              Execution::State::kPending);
  }
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ben secret"), "OK");
  Session& guest = machine.connect();
  EXPECT_EQ(machine.field(guest, "AUTH ana secret", "retry"), "60");
  machine.clock().passed_us += 59'000'000;
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "BUSY");
  machine.clock().passed_us += 2'000'000;
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "OK");
}

TEST(Accounts, WrongOldPasswordsCountAsTheOnesOfALogin) {
  Machine machine;
  Session& ana = machine.connect();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  for (int i = 0; i < 10; ++i) ASSERT_EQ(machine.code(ana, "PASSWD wrong new"), "NOAUTH");
  EXPECT_EQ(machine.code(ana, "PASSWD secret new"), "BUSY");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana secret"), "BUSY");
}

TEST(Accounts, AnAddressIsSlowedDownAfterItsBurst) {
  Machine machine;
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  ASSERT_EQ(machine.code(machine.connect(), "AUTH ana secret"), "OK");
  Session& guest = machine.connect();
  int logins = 0;
  while (logins < 1000 && machine.code(guest, "AUTH ana secret") == "OK") ++logins;
  EXPECT_EQ(logins, 198);
  machine.clock().passed_us += 60'000;
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "OK");
  EXPECT_EQ(machine.code(guest, "AUTH ana secret"), "BUSY");
}

TEST(Accounts, MoreThanTheQueueHoldsIsBusy) {
  Machine machine;
  std::vector<Session*> sessions;
  // One runs, 32 wait; how many a fast worker takes meanwhile is its affair.
  bool busy = false;
  for (int i = 0; i < 150 && !busy; ++i) {
    Session& session = machine.connect();
    const Execution execution =
        machine.execute(session, "REGISTER a" + std::to_string(i) + " secret");
    busy = execution.state == Execution::State::kDone &&
           execution.answer->reply.error().code() == Code::kBusy;
  }
  EXPECT_TRUE(busy);
}

TEST(Accounts, PasswdChangesThePassword) {
  Machine machine;
  Session& guest = machine.connect();
  EXPECT_EQ(machine.code(guest, "PASSWD a b"), "NOAUTH");
  ASSERT_EQ(machine.code(guest, "REGISTER ana secret"), "OK");
  EXPECT_EQ(machine.code(guest, "PASSWD wrong better"), "NOAUTH");
  EXPECT_EQ(machine.code(guest, "PASSWD secret better"), "OK");
  EXPECT_EQ(machine.last_words(), "PASSWD");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana secret"), "NOAUTH");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH ana better"), "OK");
  EXPECT_EQ(machine.code(machine.connect_as_admin(), "PASSWD a b"), "STATE");
}

TEST(Accounts, ADisabledAccountIsLoggedOutAndKeptOut) {
  Machine machine;
  Session& ana = machine.connect();
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  ASSERT_EQ(machine.code(admin, "USER DISABLE ana"), "OK");
  EXPECT_EQ(ana.role, Role::kGuest);
  EXPECT_EQ(machine.code(ana, "AUTH ana secret"), "DENIED");
  ASSERT_EQ(machine.code(admin, "USER ENABLE ana"), "OK");
  EXPECT_EQ(machine.code(ana, "AUTH ana secret"), "OK");
  EXPECT_EQ(machine.code(admin, "USER DISABLE nobody"), "NOTFOUND");
}

TEST(Accounts, ANewRoleReachesOpenSessions) {
  Machine machine;
  Session& ana = machine.connect();
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(ana, "REGISTER ana secret"), "OK");
  ASSERT_EQ(machine.code(admin, "USER ROLE ana ADMIN"), "OK");
  EXPECT_EQ(machine.code(ana, "USER LIST"), "OK");
  const Seq before = machine.store().last_seq();
  EXPECT_EQ(machine.code(admin, "USER ROLE ana admin"), "OK");
  EXPECT_EQ(machine.store().last_seq(), before) << "nothing to change, nothing committed";
}

TEST(Accounts, WhatIsDoneToAUserTakesNoId) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(machine.connect(), "REGISTER ana secret"), "OK");
  for (const char* line : {"USER ROLE ana agent", "USER DISABLE ana", "USER ENABLE ana"}) {
    EXPECT_EQ(machine.code(admin, std::string(line) + " id=u1"), "ARGS") << line;
    EXPECT_EQ(machine.code(admin, line), "OK") << line;
  }
}

TEST(Accounts, UserListGoesOnAfterANumber) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  for (const char* name : {"ana", "ben", "eva"}) {
    ASSERT_EQ(machine.code(machine.connect(), std::string("REGISTER ") + name + " x"), "OK");
  }
  const auto page = machine.run(admin, "USER LIST n=2 after=1");
  ASSERT_TRUE(page);
  const auto& rows = std::get<List>(page->value.data);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(test::text_of(*std::get<Record>(rows[0].data).find("name")), "ben");
  EXPECT_EQ(machine.code(admin, "USER LIST n=1001"), "BADVALUE");
}

TEST(Buckets, EmptyAndFillWithTime) {
  Buckets buckets(2, Duration::seconds(10));
  EXPECT_TRUE(buckets.take("a", {0}));
  EXPECT_TRUE(buckets.take("a", {0}));
  const auto refused = buckets.take("a", {0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields().at(0), Status::Field("retry", "10"));
  EXPECT_TRUE(buckets.take("b", {0}));
  EXPECT_FALSE(buckets.take("a", {9'000'000}));
  EXPECT_TRUE(buckets.take("a", {10'000'000}));
}

TEST(Buckets, TheWaitIsNotRounded) {
  Buckets buckets(10, Duration::seconds(10));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(buckets.take("a", {i}));
  const auto refused = buckets.check("a", {9'000'000});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields().at(0), Status::Field("retry", "1"));
}

TEST(Buckets, CheckingTakesNothingAndChargingMayLeaveADebt) {
  Buckets buckets(2, Duration::seconds(10));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(buckets.check("a", {0}));
  EXPECT_EQ(buckets.size(), 0U);
  for (int i = 0; i < 4; ++i) buckets.charge("a", {0});
  const auto refused = buckets.check("a", {0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields().at(0), Status::Field("retry", "30"));
  EXPECT_TRUE(buckets.check("a", {30'000'000}));
  buckets.fill("a");
  EXPECT_TRUE(buckets.check("a", {0}));
}

TEST(Buckets, FullOnesAreForgotten) {
  Buckets buckets(2, Duration::seconds(1));
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(buckets.take("name" + std::to_string(i), {i * 1'000'000LL}));
  }
  EXPECT_LT(buckets.size(), 4200U);
}

// As an importer would: only the SHA-256 of the password is known.
void import_account(Machine& machine, const std::string& name, const std::string& password) {
  const auto txn = machine.store().begin();
  const auto hash = hash_password(sha256_hex(password), test::cheap_hash());
  ASSERT_TRUE(hash);
  ASSERT_TRUE(add_account(*txn, name, *hash, PasswordScheme::kSha256OfPassword, {}));
  ASSERT_TRUE(machine.store().commit(*txn, {}));
}

AccountRow stored(Machine& machine, std::string_view name) {
  return find_account(*machine.store().begin(), name).value().value().row;
}

TEST(ImportedAccounts, Sha256IsTheLowerCaseHexOfOldPasswordFiles) {
  EXPECT_EQ(sha256_hex("pw1"), "c592df4a86933b92addc9842402ddf198c638ea9be58916ee6e3734e1e3152f8");
}

TEST(ImportedAccounts, TheFirstLoginRenewsTheHashInACommitOfItsOwn) {
  Machine machine;
  import_account(machine, "alice", "pw1");
  const auto before = machine.store().last_seq();
  EXPECT_EQ(machine.code(machine.connect(), "AUTH alice wrong"), "NOAUTH");
  EXPECT_EQ(machine.code(machine.connect(), "AUTH alice " + sha256_hex("pw1")), "NOAUTH");
  EXPECT_EQ(machine.store().last_seq(), before);
  Session& session = machine.connect();
  ASSERT_EQ(machine.field(session, "HELLO 2 AUTH alice pw1", "role"), "customer");
  EXPECT_EQ(session.name, "alice");
  EXPECT_EQ(machine.store().last_seq().value, before.value + 1);
  EXPECT_EQ(machine.last_words(), "AUTH @account:1");
  const AccountRow row = stored(machine, "alice");
  EXPECT_EQ(row.scheme, PasswordScheme::kPassword);
  EXPECT_TRUE(verify_password(row.password_hash, PasswordScheme::kPassword, "pw1"));
  machine.restart();  // nothing remembered
  EXPECT_EQ(machine.code(machine.connect(), "AUTH alice pw1"), "OK");
  EXPECT_EQ(machine.store().last_seq().value, before.value + 1);
}

TEST(ImportedAccounts, LogInWithALowDiskAndStayAsTheyAre) {
  Machine machine;
  import_account(machine, "alice", "pw1");
  machine.store().set_space(storage::Space::kLow);
  EXPECT_EQ(machine.code(machine.connect(), "AUTH alice pw1"), "OK");
  EXPECT_EQ(stored(machine, "alice").scheme, PasswordScheme::kSha256OfPassword);
}

TEST(ImportedAccounts, ChangeTheirPasswordLikeAnyOther) {
  Machine machine;
  import_account(machine, "alice", "pw1");
  machine.store().set_space(storage::Space::kLow);  // still as imported after the login
  Session& session = machine.connect();
  ASSERT_EQ(machine.code(session, "AUTH alice pw1"), "OK");
  ASSERT_EQ(machine.code(session, "PASSWD pw1 pw2"), "OK");
  EXPECT_EQ(stored(machine, "alice").scheme, PasswordScheme::kPassword);
  EXPECT_EQ(machine.code(machine.connect(), "AUTH alice pw2"), "OK");
}

// Written by a program that knew no schemes.
TEST(ImportedAccounts, ARowOfVersionOneIsOneOfThePasswordItself) {
  AccountRow row{.name = "ana", .password_hash = "h", .person = 7, .created_us = 8};
  std::string bytes = storage::encode(row);
  bytes[0] = 1;
  bytes.pop_back();  // the scheme
  const auto decoded = storage::decode<AccountRow>(bytes);
  ASSERT_TRUE(decoded) << decoded.error().to_string();
  EXPECT_EQ(decoded->created_us, 8);
  EXPECT_EQ(decoded->scheme, PasswordScheme::kPassword);
}

}  // namespace
}  // namespace holdfast::engine
