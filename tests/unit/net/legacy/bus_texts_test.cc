#include "net/legacy/bus_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<BusTicket> tickets(int count) {
  std::vector<BusTicket> all;
  for (int i = 1; i <= count; ++i) {
    all.push_back({.seat = std::to_string(i),
                   .serial = 200 * i,
                   .price_minor = 20'000,
                   .transaction = "910A2DEC89025CC1"});
  }
  return all;
}

TEST(BusTexts, ThePriceHasDecimalsOnlyWhenItIsNotTheBase) {
  EXPECT_EQ(price_text(20'000, 20'000), "200");
  EXPECT_EQ(price_text(23'000, 20'000), "230.0");
  EXPECT_EQ(price_text(49'000, 20'000), "490.0");
  EXPECT_EQ(price_text(23'010, 20'000), "230.1");
  EXPECT_EQ(price_text(23'001, 20'000), "230.01");
  EXPECT_EQ(price_text(19'950, 19'950), "199.5");
  EXPECT_EQ(price_text(0, 0), "0");
}

TEST(BusTexts, RefusalsAreToTheByte) {
  EXPECT_EQ(kInvalidAction.size(), 77U);
  EXPECT_EQ(kInvalidSeatInput.size(), 48U);
  EXPECT_EQ(invalid_seat(40).size(), 59U);
  EXPECT_EQ(invalid_seat(10), "Invalid seat number. Please choose a seat between 1 and 10.");
  EXPECT_EQ(seat_taken("7"), "\n\nSeat 7 is already booked. Please choose another seat.\n\n");
}

TEST(BusTexts, ATicketIsABox) {
  const BusTicket ticket{.seat = "7", .serial = 1400, .price_minor = 23'000};
  EXPECT_EQ(seat_booked(BusDialect::kHead, ticket),
            "Congratulations! Seat 7 booked successfully.\n"
            "\n"
            "+----------------------------------+\n"
            "| BUS TICKET                       |\n"
            "+----------------------------------+\n"
            "| Serial number: 1400              |\n"
            "| Seat number:   7                 |\n"
            "| Price:         ₹230.00           |\n"
            "+----------------------------------+\n");
  EXPECT_EQ(seat_booked(BusDialect::kOld, ticket), "\n\nSeat 7 booked successfully.\n\n");
  EXPECT_EQ(seat_booked(BusDialect::kMid, ticket),
            "\n\nAmount taken: ₹230.00\nSeat 7 booked successfully.\n\n");
}

TEST(BusTexts, ShortOrLongTheFarewellIsNoConfirmation) {
  for (const auto dialect : {BusDialect::kHead, BusDialect::kMid, BusDialect::kOld}) {
    EXPECT_THAT(farewell(dialect), Not(HasSubstr("booked successfully")));
    EXPECT_GE(farewell(dialect).size(), 20U);
    EXPECT_LE(farewell(dialect).size(), 200U);
  }
  EXPECT_THAT(farewell(BusDialect::kHead), StartsWith("\n\n"));
  EXPECT_THAT(farewell(BusDialect::kMid), Not(StartsWith("\n")));
}

TEST(BusTexts, EveryPaymentIsToldWithinTheBound) {
  for (int paid = 0; paid < 400; ++paid) {
    for (int failed = paid == 0 ? 1 : 0; failed < 6; ++failed) {
      const std::vector<UnpaidSeat> unpaid(
          static_cast<std::size_t>(failed),
          {.seat = "1000", .why = "it is not to be paid any more"});
      const std::string text = payment_result(tickets(paid), unpaid);
      ASSERT_LE(text.size(), kMaxMessageBytes) << paid << " and " << failed;
      ASSERT_TRUE(is_utf8(text));
      ASSERT_THAT(text, Not(StartsWith("0")));
      ASSERT_EQ(text.find("Payment failed") != std::string::npos, failed != 0);
      ASSERT_EQ(text.find("910A2DEC89025CC1") != std::string::npos, paid != 0);
    }
  }
}

TEST(BusTexts, SeatsWithoutRoomForTheirTicketsAreNamed) {
  EXPECT_THAT(payment_result(tickets(3), {}), Not(HasSubstr("Also paid")));
  EXPECT_THAT(payment_result(tickets(5), {}), HasSubstr("Also paid: seats 3, 4, 5.\n"));
  EXPECT_THAT(payment_result(tickets(300), {}), HasSubstr(" more.\n"));
  EXPECT_EQ(payment_result({}, {{.seat = "7", .why = "it was declined"}}),
            "\n\nPayment failed for seat 7: it was declined.\n\n");
}

TEST(BusTexts, WhatAnErrorSaysIsCutAtACharacter) {
  const std::string text = refused("₹" + std::string(900, 'x') + std::string(120, '\xc3'));
  EXPECT_LE(text.size(), kMaxMessageBytes);
  std::string long_name;
  for (int i = 0; i < 600; ++i) long_name += "ž";
  EXPECT_TRUE(is_utf8(refused(long_name)));
  EXPECT_LE(refused(long_name).size(), kMaxMessageBytes);
}

}  // namespace
}  // namespace holdfast::net::legacy
