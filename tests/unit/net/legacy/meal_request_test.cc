#include "net/legacy/meal_request.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace holdfast::net::legacy {
namespace {

using State = MealMessage::State;

std::string header(std::string_view text) {
  return fmt::format("{:<64}", text);
}

TEST(MealRequest, AMessageIsWholeWhenItsLastByteIsHere) {
  const std::string bytes = meal_message("!DISCONNECT") + "next";
  for (std::size_t size = 0; size < 64 + 11; ++size) {
    ASSERT_EQ(first_meal_message(std::string_view(bytes).substr(0, size)).state, State::kIncomplete)
        << size;
  }
  const MealMessage message = first_meal_message(bytes);
  EXPECT_EQ(message.state, State::kWhole);
  EXPECT_EQ(message.payload, "!DISCONNECT");
  EXPECT_EQ(message.consumed, 75U);
  EXPECT_EQ(bytes.substr(0, 64), header("11"));
}

TEST(MealRequest, AnEmptyMessageIsItsHeaderAlone) {
  EXPECT_EQ(meal_message(""), header("0"));
  const MealMessage message = first_meal_message(header("0"));
  EXPECT_EQ(message.state, State::kWhole);
  EXPECT_EQ(message.consumed, 64U);
}

TEST(MealRequest, LengthsAreReadAsTheOldServerReadThem) {
  for (const std::string_view length : {"2", "+2", "002", " 2", "0_2"}) {
    EXPECT_EQ(first_meal_message(header(length) + "hi").payload, "hi") << length;
  }
  EXPECT_EQ(first_meal_message(fmt::format("{:>64}hi", 2)).payload, "hi");
  EXPECT_EQ(first_meal_message(header("2\n") + "hi").payload, "hi");
}

TEST(MealRequest, WhatIsNoLengthWithinTheBoundIsMalformed) {
  for (const std::string_view length : {"", "-1", "two", "2.0", "65537", "10000000000",
                                        "99999999999999999999999999", "\xff\xfe", "2 2"}) {
    EXPECT_EQ(first_meal_message(header(length)).state, State::kMalformed) << length;
  }
  EXPECT_EQ(first_meal_message(std::string(64, '\0')).state, State::kMalformed);
  EXPECT_EQ(first_meal_message(header("65536")).state, State::kIncomplete);
}

TEST(MealRequest, AReservationIsAnObjectOfThreeTexts) {
  const auto slot = parse_meal_reservation(
      R"({"end_time": "12:53", "date": "01.12.2030", "start_time": "12:07", "who": [1, {}]})");
  ASSERT_TRUE(slot);
  EXPECT_EQ(span_of(*slot), "2030-12-01T12:07/12:53");
}

TEST(MealRequest, WhatDoesNotExistIsNoReservation) {
  const auto with = [](std::string_view date, std::string_view start, std::string_view end) {
    return fmt::format(R"({{"date": {}, "start_time": {}, "end_time": {}}})", date, start, end);
  };
  const std::string_view good = R"("01.12.2030")";
  EXPECT_TRUE(parse_meal_reservation(with(good, R"("12:00")", R"("13:00")")));
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("{}"),
        with(R"("31.02.2099")", R"("12:00")", R"("13:00")"),
        with(R"("2030-12-01")", R"("12:00")", R"("13:00")"),
        with("null", R"("12:00")", R"("13:00")"), with(good, "12", R"("13:00")"),
        with(good, R"("12:00")", "true"), with(good, R"(["12:00"])", R"("13:00")"),
        with(good, R"("13:00")", R"("13:00")"), with(good, R"("13:00")", R"("12:00")"),
        with(good, R"("99:99")", R"("99:99")"), with(good, R"("7:5")", R"("12:00")"),
        with(good, R"("25:00")", R"("26:00")"), with(good, R"("a,b;")", R"("12:00")"),
        std::string(60'000, '['), std::string("\xff\xfe")}) {
    EXPECT_FALSE(parse_meal_reservation(bad)) << bad.substr(0, 80);
  }
}

TEST(MealRequest, ADayIsAsTheClientSaysItOrAsTheOldServerStoredIt) {
  EXPECT_EQ(parse_meal_day("01.12.2030"), parse_meal_day("2030.12.01"));
  EXPECT_TRUE(parse_meal_day("01.12.2030"));
  for (const std::string_view bad : {"", "2030-12-01", "1.12.2030", "31.02.2030", "2030.02.31"}) {
    EXPECT_FALSE(parse_meal_day(bad)) << bad;
  }
}

}  // namespace
}  // namespace holdfast::net::legacy
