// What a message did, by the model: what the targets of the dialects hold against what was said.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/dialogue.h"

namespace holdfast::test {

// The one reservation that the message made; nullptr: none. CHECKs that there is at most one.
const model::Reservation* made_by(const Dialogue::Said& said);
// Those whose status the message changed to this one, in the order they were made.
std::vector<const model::Reservation*> turned_by(const Dialogue::Said& said,
                                                 std::string_view status);

// Labels of the units of a reservation.
std::vector<std::string> units_of(const model::State& state, const model::Reservation& of);
// Live items of an offering, in the order in which they were made.
struct Stand {
  const model::Reservation* reservation;
  const model::Item* item;
  std::string unit;
};
std::vector<Stand> stands_in(const model::State& state, const std::string& offering);
// Of each unit: whether anybody stands on it from `from` on.
std::vector<bool> taken_from(const model::State& state, const std::string& offering, int from);

// Whole numbers as the old clients write them: up to six ASCII digits; -1: anything else.
int plain_number(std::string_view text);

}  // namespace holdfast::test
