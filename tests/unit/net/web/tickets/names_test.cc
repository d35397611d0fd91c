#include "net/web/tickets/names.h"

#include <gtest/gtest.h>

#include "net/web/tickets/limits.h"

namespace holdfast::net::web::tickets {
namespace {

constexpr Time kStart{1'000'000'000};
constexpr std::string_view kHome = "192.0.2.1";
constexpr std::string_view kElsewhere = "192.0.2.2";

Time after(Duration time) {
  return kStart + time;
}

TEST(Names, AreTakenByALogin) {
  Names names;
  EXPECT_EQ(names.log_in("ann", kHome, kStart), Names::Login::kDone);
  EXPECT_EQ(names.log_in("ann", kHome, kStart), Names::Login::kTaken);
  EXPECT_EQ(names.log_in("Ann", kHome, kStart), Names::Login::kDone) << "case matters";
  EXPECT_TRUE(names.may_join("ann", kHome));
  EXPECT_FALSE(names.may_join("ann", kElsewhere)) << "who logged in comes from where he did";
  EXPECT_FALSE(names.may_join("ben", kHome)) << "he has not logged in";
}

TEST(Names, ALoginWithoutASocketIsForgotten) {
  Names names;
  names.log_in("ann", kHome, kStart);
  EXPECT_EQ(names.time_to_next(kStart), kNameGrace);
  names.forget(after(kNameGrace - Duration::seconds(1)));
  EXPECT_EQ(names.size(), 1U);
  names.forget(after(kNameGrace));
  EXPECT_EQ(names.size(), 0U);
  EXPECT_EQ(names.time_to_next(after(kNameGrace)), std::nullopt);
}

TEST(Names, BelongToTheirSocketsUntilTheLast) {
  Names names;
  names.log_in("ann", kHome, kStart);
  names.join("ann", kHome);
  names.join("ann", kHome);
  EXPECT_FALSE(names.leave("ann", kStart));
  EXPECT_EQ(names.log_in("ann", kHome, kStart), Names::Login::kTaken);
  names.forget(after(kNameGrace));
  EXPECT_TRUE(names.may_join("ann", kHome)) << "a login that has a socket does not end";
  EXPECT_TRUE(names.leave("ann", kStart));
  EXPECT_EQ(names.log_in("ann", kElsewhere, kStart), Names::Login::kDone)
      << "without sockets it may be logged in again, from wherever";
}

TEST(Names, AreKeptForAWhileBehindTheLastSocket) {
  Names names;
  names.join("ann", kHome);
  names.leave("ann", kStart);
  EXPECT_TRUE(names.may_take("ann", kHome)) << "a page that reloads";
  EXPECT_FALSE(names.may_take("ann", kElsewhere));
  EXPECT_TRUE(names.may_join("ann", kHome));
  names.forget(after(kNameGrace));
  EXPECT_TRUE(names.may_take("ann", kElsewhere));
}

TEST(Names, WhoComesBackInTimeKeepsTheName) {
  Names names;
  names.join("ann", kHome);
  names.leave("ann", kStart);
  names.join("ann", kHome);
  names.forget(after(kNameGrace));
  EXPECT_EQ(names.size(), 1U);
  names.leave("ann", after(kNameGrace));
  names.forget(after(kNameGrace + Duration::seconds(1)));
  EXPECT_EQ(names.size(), 1U) << "the time runs from the last socket";
}

TEST(Names, ThatSocketsHaveNobodyTakes) {
  Names names;
  EXPECT_TRUE(names.may_take("ann", kHome));
  names.join("ann", kHome);
  EXPECT_FALSE(names.may_take("ann", kHome));
}

TEST(Names, AreNotWithoutNumber) {
  Names names;
  for (std::size_t i = 0; i < kMaxNames; ++i) {
    ASSERT_EQ(names.log_in(std::to_string(i), kHome, kStart), Names::Login::kDone);
  }
  EXPECT_EQ(names.log_in("ann", kHome, kStart), Names::Login::kFull);
  EXPECT_FALSE(names.may_take("ann", kHome));
  EXPECT_EQ(names.log_in("ann", kHome, after(kNameGrace)), Names::Login::kDone);
}

}  // namespace
}  // namespace holdfast::net::web::tickets
