// Commands by which an admin runs the server. Grammar and meaning: the rows of the command table.
//
// CLOCK tells the wall clock and the time that commands carry. A step of the wall clock that was
// not followed shows as `alarm`. CLOCK ACCEPT follows one forwards and moves all open deadlines by
// it, so that no hold ends early. One backwards cannot be followed, as command time never goes
// back: it runs on by itself, and the alarm ends when the wall clock has come up to it.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> drain_sales(Context& context, Arguments& arguments);
Result<Outcome> resume_sales(Context& context, Arguments& arguments);
Result<Outcome> checkpoint(Context& context, Arguments& arguments);
Result<Outcome> shut_down(Context& context, Arguments& arguments);
Result<Outcome> show_clock(Context& context, Arguments& arguments);
Result<Outcome> accept_clock(Context& context, Arguments& arguments);
Result<Outcome> config_get(Context& context, Arguments& arguments);
Result<Outcome> config_set(Context& context, Arguments& arguments);
Result<Outcome> slow_log(Context& context, Arguments& arguments);
Result<Outcome> slow_log_length(Context& context, Arguments& arguments);
Result<Outcome> slow_log_reset(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
