#include "cmd/terminal/seat_map.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using ::testing::HasSubstr;

const Page kPlain{.laid_out = true, .colour = false, .columns = 80};

// A coach of two rows of four with an aisle in the middle; seats 2 held, 7 booked, 8 blocked.
SeatMap coach() {
  const auto seat = [](int number, const char* state) {
    return MapUnit{fmt::format("{}", number), state};
  };
  return {.title = "express legs=BLR-MYS",
          .rows = {{.name = "",
                    .type = "seat",
                    .aisles = {2},
                    .units = {seat(1, "free"), seat(2, "held"), seat(3, "free"), seat(4, "free")}},
                   {.name = "",
                    .type = "seat",
                    .aisles = {2},
                    .units = {seat(5, "free"), seat(6, "free"), seat(7, "booked"),
                              seat(10, "blocked")}}}};
}

MapRow lettered(const char* name, const char* type, int seats) {
  MapRow row{.name = name, .type = type, .aisles = {10, 20}, .units = {}};
  for (int i = 1; i <= seats; ++i) row.units.push_back({fmt::format("{}{}", name, i), "free"});
  return row;
}

TEST(SeatMap, FreeUnitsShowTheirNumbersAndTakenOnesALetter) {
  EXPECT_EQ(draw_seat_map(kPlain, coach()),
            "express legs=BLR-MYS\n"
            "\n"
            "  seat\n"
            "    1  H     3  4\n"
            "    5  6     B  X\n"
            "\n"
            "  number free 5   H held 1   B booked 1   X blocked 1\n");
}

TEST(SeatMap, WideRowsAreOneCharacterAUnitUnderARuler) {
  SeatMap map{.title = "gala", .rows = {lettered("A", "stalls", 30), lettered("B", "stalls", 30)}};
  map.rows[1].units[10].state = "booked";
  EXPECT_EQ(draw_seat_map(kPlain, map),
            "gala\n"
            "\n"
            "  stalls\n"
            "                      1   1 1 1 1 1 1 1 1 1 2   2 2 2 2 2 2 2 2 2 3\n"
            "    1 2 3 4 5 6 7 8 9 0   1 2 3 4 5 6 7 8 9 0   1 2 3 4 5 6 7 8 9 0\n"
            "  A . . . . . . . . . .   . . . . . . . . . .   . . . . . . . . . .\n"
            "  B . . . . . . . . . .   B . . . . . . . . .   . . . . . . . . . .\n"
            "\n"
            "  . free 59   H held 0   B booked 1   X blocked 0\n");
}

TEST(SeatMap, EachTypeHasItsHeading) {
  const SeatMap map{
      .title = "gala",
      .rows = {lettered("A", "stalls", 2), lettered("B", "stalls", 2), lettered("C", "circle", 2)}};
  const auto text = draw_seat_map(kPlain, map);
  EXPECT_THAT(text, HasSubstr("\n  stalls\n  A 1 2\n  B 1 2\n\n  circle\n  C 1 2\n"));
}

TEST(SeatMap, ColourIsNeverTheOnlyCarrierOfAState) {
  auto page = kPlain;
  page.colour = true;
  auto text = draw_seat_map(page, coach());
  EXPECT_THAT(text, HasSubstr("\033[31m B\033[0m"));
  EXPECT_THAT(text, HasSubstr("\033[33m H\033[0m"));
  // Without the inks it is what a page without colour shows.
  for (auto at = text.find('\033'); at != std::string::npos; at = text.find('\033')) {
    text.erase(at, text.find('m', at) - at + 1);
  }
  EXPECT_EQ(text, draw_seat_map(kPlain, coach()));
}

TEST(SeatMap, AStateOfALaterServerIsAQuestionMark) {
  EXPECT_EQ(state_letter("haunted"), '?');
  EXPECT_EQ(state_letter("free"), '.');
  EXPECT_EQ(state_letter("held"), 'H');
  EXPECT_EQ(state_letter("booked"), 'B');
  EXPECT_EQ(state_letter("blocked"), 'X');
}

}  // namespace
}  // namespace holdfast::cmd
