// FIND: reservations by what a caller on the phone can tell: a name, or a number on paper.
//
//   guest=ana      guests whose names begin so; case and runs of blanks do not matter
//   account=ana    accounts whose names begin so; case matters
//   ref=H7QK       locators that begin so, or the whole transaction id of a payment; 4 letters at
//                  least. Payments are searched from the newest, kMaxPaymentsLooked of them.
//
// All that are given must fit. In the order of the names, and of reservations within them; with
// ref= of reservations. As LIST, it ends with a row `next=LOCATOR` when it has looked at enough.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> find_reservations_command(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
