// The drawing of a map: rows of units as they stand, with aisles, letters and colours.
//
// A unit is drawn as its number while it is free and as a letter otherwise, so that the map can be
// read without colour. When the rows do not fit the page, every unit is one character.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cmd/terminal/page.h"

namespace holdfast::cmd {

struct MapUnit {
  std::string label;  // "F11"
  std::string state;  // free, held, booked, blocked
};

struct MapRow {
  std::string name;                 // "F"; empty: rows have no names
  std::string type;                 // "stalls"
  std::vector<std::size_t> aisles;  // columns (from 1) after which there is an aisle
  std::vector<MapUnit> units;
};

struct SeatMap {
  std::string title;  // the offering, and the span if there is one
  std::vector<MapRow> rows;
};

// On a page for people. A heading for each run of rows of one type, a key and the counts below.
std::string draw_seat_map(const Page& page, const SeatMap& map);

// How a state is drawn: '.', 'H', 'B', 'X'; '?' for one this client does not know.
char state_letter(std::string_view state);

}  // namespace holdfast::cmd
