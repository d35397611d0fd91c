#include "net/legacy/bus_request.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::net::legacy {
namespace {

TEST(BusRequests, AreVerbsToTheLetter) {
  EXPECT_EQ(parse_bus_request("display").kind, BusRequest::Kind::kDisplay);
  EXPECT_EQ(parse_bus_request("exit").kind, BusRequest::Kind::kExit);
  EXPECT_EQ(parse_bus_request("dummy_payment").kind, BusRequest::Kind::kPay);
  for (const std::string_view other : {"", "DISPLAY", " display", "display ", "displays", "exit 1",
                                       "login", "register", "loginx y", "display\xff"}) {
    EXPECT_EQ(parse_bus_request(other).kind, BusRequest::Kind::kInvalid) << other;
  }
  EXPECT_EQ(parse_bus_request(std::string("exit\0", 5)).kind, BusRequest::Kind::kInvalid);
}

TEST(BusRequests, TheSeatIsTheFieldBetweenTheFirstTwoBlanks) {
  EXPECT_EQ(parse_bus_request("book 3").seat, 3);
  EXPECT_EQ(parse_bus_request("book 3 4").seat, 3);
  EXPECT_EQ(parse_bus_request("bookxyz 6").seat, 6);
  EXPECT_EQ(parse_bus_request("book \t7").seat, 7);
  EXPECT_EQ(parse_bus_request("book -1").seat, -1);
  for (const std::string_view none : {"book", "book ", "book  3", "book\t7", "book x", "book3"}) {
    EXPECT_EQ(parse_bus_request(none).kind, BusRequest::Kind::kBook) << none;
    EXPECT_EQ(parse_bus_request(none).seat, std::nullopt) << none;
  }
}

TEST(BusRequests, ThePasswordIsWhatFollowsTheLastBlank) {
  const BusRequest login = parse_bus_request("login ann smith pw");
  EXPECT_EQ(login.kind, BusRequest::Kind::kLogin);
  EXPECT_EQ(login.name, "ann smith");
  EXPECT_EQ(login.password, "pw");
  const BusRequest registers = parse_bus_request("register ann pw");
  EXPECT_EQ(registers.kind, BusRequest::Kind::kRegister);
  EXPECT_EQ(registers.name, "ann");
  for (const std::string_view none : {"login ", "login ann", "login  pw", "login ann "}) {
    EXPECT_EQ(parse_bus_request(none).kind, BusRequest::Kind::kLogin) << none;
    EXPECT_EQ(parse_bus_request(none).name, "") << none;
  }
}

}  // namespace
}  // namespace holdfast::net::legacy
