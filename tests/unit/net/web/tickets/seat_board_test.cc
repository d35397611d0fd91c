#include "net/web/tickets/seat_board.h"

#include <gtest/gtest.h>

namespace holdfast::net::web::tickets {
namespace {

using engine::List;
using engine::Record;
using engine::Value;

Value map_row(std::string_view seats) {
  Record row;
  row.add("row", "1").add("seats", seats);
  return row;
}

// A reservation as LIST tells it.
List taker(std::string_view status, std::string_view guest, std::size_t seats = 1) {
  Record reservation;
  reservation.add("locator", "ABCDEF").add("status", status);
  if (!guest.empty()) reservation.add("guest", guest);
  reservation.add("items", List(seats));
  return {Value(std::move(reservation))};
}

SeatBoard board_of(std::string_view seats) {
  SeatBoard board;
  board.lay_out({map_row(seats)}, {1});
  return board;
}

TEST(SeatBoard, IsLaidOutFromTheMap) {
  const SeatBoard board = board_of(".H|BX");
  EXPECT_EQ(board.size(), 4U);
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":false,"user":null,"locked":false},)"
                          R"({"id":2,"booked":false,"user":null,"locked":true},)"
                          R"({"id":3,"booked":true,"user":null,"locked":false},)"
                          R"({"id":4,"booked":true,"user":null,"locked":false}])");
  EXPECT_TRUE(board.has(1));
  EXPECT_TRUE(board.has(4));
  EXPECT_FALSE(board.has(0));
  EXPECT_FALSE(board.has(5));
  EXPECT_FALSE(board.has(-1));
  EXPECT_EQ(SeatBoard().json(), "[]");
}

TEST(SeatBoard, ShowsTheUsersOfThisSystemAlone) {
  SeatBoard board = board_of("....");
  EXPECT_EQ(guest_of("ann"), "ticket:ann");
  board.set_takers(1, taker("held", "ticket:ann \"x\""), {2});
  board.set_takers(2, taker("confirmed", "Ana Ruiz"), {2});
  board.set_takers(3, taker("confirmed", "ticket:ann", 2), {2});
  board.set_takers(4, taker("checked_in", ""), {2});
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":false,"user":"ann \"x\"","locked":true},)"
                          R"({"id":2,"booked":true,"user":null,"locked":false},)"
                          R"({"id":3,"booked":true,"user":null,"locked":false},)"
                          R"({"id":4,"booked":true,"user":null,"locked":false}])");
  EXPECT_EQ(board.seat(1).locator, "ABCDEF");
  EXPECT_EQ(board.seat(1).seen.value, 2U);
}

TEST(SeatBoard, ALockStaysVisibleWhenItsSeatIsBooked) {
  SeatBoard board = board_of(".");
  board.set_takers(1, taker("held", "ticket:ann"), {2});
  board.set_takers(1, taker("confirmed", "ticket:ann"), {3});
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":true,"user":"ann","locked":true}])");
  board.set_takers(1, taker("confirmed", "ticket:ann"), {4});
  EXPECT_TRUE(board.seat(1).locked);
  board.set_takers(1, {}, {5});
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":false,"user":null,"locked":false}])");
}

TEST(SeatBoard, WhatIsBlockedIsTakenByNobody) {
  SeatBoard board = board_of(".");
  board.set_blocked(1, {2});
  board.set_takers(1, {}, {3});
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":true,"user":null,"locked":false}])");
  board.set_free(1, {4});
  board.set_takers(1, {}, {5});
  EXPECT_EQ(board.json(), R"([{"id":1,"booked":false,"user":null,"locked":false}])");
}

}  // namespace
}  // namespace holdfast::net::web::tickets
