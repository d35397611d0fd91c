#include "net/legacy/hotel_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

TEST(HotelRequests, AreVerbsToTheLetter) {
  EXPECT_EQ(parse_hotel_request("query").kind, HotelRequest::Kind::kQuery);
  EXPECT_EQ(parse_hotel_request("checkout").kind, HotelRequest::Kind::kCheckout);
  EXPECT_EQ(parse_hotel_request("exit").kind, HotelRequest::Kind::kExit);
  for (const std::string_view other :
       {"", "QUERY", " book 1", "query ", "queryquery", "exit1", "query\xff"}) {
    EXPECT_EQ(parse_hotel_request(other).kind, HotelRequest::Kind::kInvalid) << other;
  }
}

TEST(HotelRequests, TheRoomsAreTheLastField) {
  EXPECT_EQ(parse_hotel_request("book 2 1").rooms, 1);
  EXPECT_EQ(parse_hotel_request("booking\t3 ").rooms, 3);
  EXPECT_EQ(parse_hotel_request("book -3").rooms, -3);
  EXPECT_EQ(parse_hotel_request("book -3").kind, HotelRequest::Kind::kBook);
  for (const std::string_view none :
       {"book", "book ", "bookish", "book1", "book two", "book 1.5"}) {
    EXPECT_EQ(parse_hotel_request(none).kind, HotelRequest::Kind::kInvalid) << none;
  }
}

TEST(HotelTexts, ListRoomsInTheirOrder) {
  EXPECT_EQ(rooms_booked({"1"}), "Rooms booked successfully. Your room numbers are: 1.");
  EXPECT_EQ(rooms_released({"4", "2"}),
            "Rooms checked out successfully. Released room numbers are: 4, 2.");
  EXPECT_EQ(rooms_of("John Smith", {"1", "2"}),
            "Query result: Room numbers for John Smith are 1, 2.");
  EXPECT_EQ(nothing_booked("Checkout result", "ann"),
            "Checkout result: ann has not booked any rooms.");
}

TEST(HotelTexts, WhatDoesNotFitIsLeftOut) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "名";
  for (std::size_t rooms = 1; rooms < 500; ++rooms) {
    const std::string text = rooms_of(name, std::vector<std::string>(rooms, "1000"));
    ASSERT_LE(text.size(), kMaxMessageBytes);
    ASSERT_THAT(text, testing::EndsWith(text.size() < 900 ? "1000." : "."));
  }
  EXPECT_THAT(rooms_of(name, std::vector<std::string>(500, "1000")), testing::EndsWith(", ..."));
}

}  // namespace
}  // namespace holdfast::net::legacy
