// PERSON ERASE: who is forgotten leaves nothing personal, and everything else as it is.

#include "engine/erasure.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

class ErasureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(code(ana_, "REGISTER ana first"), "OK");
    booked_ = field(ana_, "BOOK show 1 guest=\"Ana Ruiz\" note=\"by the window\"", "locator");
    ASSERT_EQ(code(ana_, "HOLD show 2 id=token"), "OK");
  }
  std::string code(Session& session, std::string_view line) { return machine_.code(session, line); }
  std::string field(Session& session, std::string_view line, std::string_view name) {
    return machine_.field(session, line, name);
  }
  // How many rows hold the text, in key or value.
  std::size_t rows_with(std::string_view text) {
    std::size_t rows = 0;
    for (const auto& [key, value] : machine_.store().rows()) {
      const bool found =
          key.second.find(text) != std::string::npos || value.find(text) != std::string::npos;
      rows += found ? 1 : 0;
    }
    return rows;
  }
  std::size_t listed(std::string_view line) {
    const auto reply = machine_.run(admin_, line);
    return reply ? std::get<List>(reply->value.data).size() : 999;
  }

  test::Machine machine_;
  Session& admin_ = machine_.connect_as_admin();
  Session& ana_ = machine_.connect();
  std::string booked_;
};

TEST_F(ErasureTest, OfAnAccountLeavesNothingPersonal) {
  ASSERT_GT(rows_with("ana"), 0U);
  EXPECT_EQ(field(admin_, "PERSON ERASE ana", "parties"), "1");
  EXPECT_EQ(machine_.last_words(), "PERSON ERASE @account:1");
  for (const char* text : {"ana", "Ana", "window", "token"}) EXPECT_EQ(rows_with(text), 0U) << text;
  EXPECT_EQ(machine_.store().forgotten(),
            (std::set<PersonId>{PersonId{1}, PersonId{2}}));  // of the account, of the guest
  EXPECT_EQ(listed("FIND guest=ana"), 0U);
  EXPECT_EQ(listed("FIND account=ana"), 0U);
}

TEST_F(ErasureTest, LeavesReservationsMoneyAndHistory) {
  ASSERT_EQ(code(ana_, fmt::format("PAY {}", booked_)), "OK");
  ASSERT_EQ(code(admin_, "PERSON ERASE ana"), "OK");
  EXPECT_EQ(field(admin_, fmt::format("SHOW {}", booked_), "status"), "confirmed");
  EXPECT_EQ(field(admin_, fmt::format("SHOW {}", booked_), "payment"), "paid");
  EXPECT_EQ(field(admin_, fmt::format("SHOW {}", booked_), "account"), "");
  EXPECT_EQ(field(admin_, fmt::format("SHOW {}", booked_), "guest"), "");
  EXPECT_EQ(code(admin_, "BOOK show 1"), "TAKEN");
  EXPECT_EQ(listed(fmt::format("HISTORY {}", booked_)), 3U);
  EXPECT_EQ(code(admin_, fmt::format("CANCEL {}", booked_)), "OK");
}

TEST_F(ErasureTest, LogsOutAndFreesTheName) {
  Session& second = machine_.connect();
  ASSERT_EQ(code(second, "AUTH ana first"), "OK");
  ASSERT_EQ(code(admin_, "PERSON ERASE ana"), "OK");
  EXPECT_EQ(ana_.account, AccountId{});
  EXPECT_EQ(second.account, AccountId{});
  EXPECT_EQ(code(second, "AUTH ana first"), "NOAUTH");
  EXPECT_EQ(code(admin_, "PERSON ERASE ana"), "NOTFOUND");
  EXPECT_EQ(code(ana_, "REGISTER ana other"), "OK");
  EXPECT_EQ(code(ana_, fmt::format("SHOW {}", booked_)), "NOTFOUND");
}

TEST_F(ErasureTest, OfAGuestIsOfOneReservation) {
  EXPECT_EQ(field(admin_, fmt::format("PERSON ERASE locator={}", booked_), "parties"), "1");
  EXPECT_EQ(rows_with("Ana Ruiz"), 0U);
  EXPECT_EQ(rows_with("window"), 0U);
  EXPECT_EQ(field(admin_, fmt::format("SHOW {}", booked_), "account"), "ana");
  EXPECT_EQ(field(admin_, fmt::format("PERSON ERASE locator={}", booked_), "already"), "1");
  EXPECT_EQ(machine_.store().forgotten(), std::set<PersonId>{PersonId{2}});
}

TEST_F(ErasureTest, IsAskedForAgainByAStart) {
  ASSERT_EQ(code(admin_, "PERSON ERASE ana"), "OK");
  const auto erased = list_erased(*machine_.store().begin());
  ASSERT_TRUE(erased);
  EXPECT_EQ(*erased, (std::vector<PersonId>{PersonId{1}, PersonId{2}}));
}

TEST_F(ErasureTest, InADryRunErasesNothing) {
  EXPECT_EQ(code(admin_, "DRYRUN PERSON ERASE ana"), "OK");
  EXPECT_EQ(code(ana_, "MINE"), "OK");
  EXPECT_TRUE(machine_.store().forgotten().empty());
  EXPECT_EQ(code(admin_, "PERSON ERASE"), "ARGS");
  EXPECT_EQ(code(admin_, fmt::format("PERSON ERASE ana locator={}", booked_)), "ARGS");
}

}  // namespace
}  // namespace holdfast::engine
