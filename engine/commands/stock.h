// Commands of stock: plans and offerings. Grammar and meaning: the rows of the command table.
//
//   PLAN CREATE gala rows=A-F seats=1-30 type=stalls aisle=10,20 + rows=G-N seats=1-30 type=circle
//   OFFERING CREATE gala plan=gala axis=event currency=USD prices=stalls:8000,circle:6000 pay=first

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> plan_create(Context& context, Arguments& arguments);
Result<Outcome> plan_show(Context& context, Arguments& arguments);
Result<Outcome> plan_list(Context& context, Arguments& arguments);

Result<Outcome> offering_create(Context& context, Arguments& arguments);
Result<Outcome> offering_show(Context& context, Arguments& arguments);
Result<Outcome> offering_list(Context& context, Arguments& arguments);
Result<Outcome> offering_alter(Context& context, Arguments& arguments);
Result<Outcome> offering_open(Context& context, Arguments& arguments);
Result<Outcome> offering_close(Context& context, Arguments& arguments);
// The day's instance of an offering: dated_offering.h.
Result<Outcome> offering_roll(Context& context, Arguments& arguments);
// Ends what is over: completing.h.
Result<Outcome> offering_purge(Context& context, Arguments& arguments);
// Only when nothing of it is held, booked or in use: kState otherwise.
Result<Outcome> offering_drop(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
