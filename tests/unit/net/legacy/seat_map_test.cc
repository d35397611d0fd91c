#include "net/legacy/seat_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

engine::Record map_of(const std::vector<std::string>& rows) {
  engine::Record map;
  engine::List list;
  for (const std::string& seats : rows) {
    engine::Record row;
    row.add("row", "1").add("seats", seats);
    list.emplace_back(std::move(row));
  }
  map.add("rows", std::move(list));
  return map;
}

TEST(SeatMap, WhateverIsNotFreeIsTaken) {
  EXPECT_THAT(taken_seats(map_of({".B|H.", "X"})), ElementsAre(false, true, true, false, true));
  EXPECT_TRUE(taken_seats(engine::Record()).empty());
}

TEST(SeatMap, HeadHasADriverAndAnAisle) {
  std::vector<bool> taken(40);
  EXPECT_EQ(draw_seats(BusDialect::kHead, taken).size(), 283U);
  taken[2] = true;
  const std::string map = draw_seats(BusDialect::kHead, taken);
  EXPECT_EQ(map.size(), 283U);
  EXPECT_THAT(map, StartsWith("\nSeat Matrix:\n\n| D  |\n\n"
                              "| 01 || 02 | | X  || 04 |\n| 05 || 06 | | 07 || 08 |\n"));
  EXPECT_THAT(map, EndsWith("| 37 || 38 | | 39 || 40 |\n"));
}

TEST(SeatMap, MidHasNone) {
  EXPECT_EQ(draw_seats(BusDialect::kMid, {false, false, true, false, true}),
            "Seat Matrix:\n| 01 || 02 || X  || 04 |\n| X  |\n");
}

TEST(SeatMap, OldListsTheSeats) {
  EXPECT_EQ(draw_seats(BusDialect::kOld, {false, true}),
            "Seat Matrix:\nSeat 1: Available\nSeat 2: Booked\n");
}

TEST(SeatMap, HasABoundThatTheWidestFormFillsExactly) {
  const std::string whole = draw_seats(BusDialect::kHead, std::vector<bool>(kMaxSeatsDrawn));
  EXPECT_THAT(whole, EndsWith("|149 ||150 | |151 ||152 |\n"));
  EXPECT_EQ(draw_seats(BusDialect::kHead, std::vector<bool>(kMaxSeatsDrawn + 1)), whole);
  for (const auto dialect : {BusDialect::kHead, BusDialect::kMid, BusDialect::kOld}) {
    EXPECT_LE(draw_seats(dialect, std::vector<bool>(5000)).size(), kMaxMessageBytes);
  }
}

}  // namespace
}  // namespace holdfast::net::legacy
