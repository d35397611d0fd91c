// Commands that look at stock: what is free, where, and for how much. Nothing is written.
//
// AVAIL without units counts: a record with units, free and a row for each type (type, units, free,
// price of a quantum now); `n=` adds the labels of the first free units. With units it is a row for
// each: unit, type, state, price.
//
// MAP is a record and a row for each row of the plan:
//   row=A type=stalls first=A1 last=A30 seats=..........|..HH......|BB........
// `seats` has a letter for each unit in order: . free, H held, B booked, X blocked; and | at an
// aisle. Labels count up from first to last; where they do not, `labels` lists them. `units`,
// `free`, `held`, `booked` and `blocked` count the rows shown; `next`, if there are more rows, is
// the after= to go on with. Of an offering with an axis, without a span, a unit counts as taken
// when any span of it is, and the taken spans follow as rows: unit, span, state.

// WHY is about one unit: its state, and a row for each span that takes it (over the span asked for,
// if any), with the end of a hold. Staff see the locator, and the reason of a block.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> avail_command(Context& context, Arguments& arguments);
Result<Outcome> map_command(Context& context, Arguments& arguments);
Result<Outcome> why_command(Context& context, Arguments& arguments);
Result<Outcome> quote_command(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
