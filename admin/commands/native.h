// Commands that are the server's own: passed on as they are, online to the server, offline to an
// engine over the data directory.

#pragma once

#include "admin/command.h"

namespace holdfast::admin {

// The command that the row names (Command::native), with the words that follow.
Result<Outcome> run_native(Context& context, const Arguments& arguments);

// What the server is doing, once a second (or -n times), until Ctrl-C.
Result<Outcome> run_top(Context& context, const Arguments& arguments);

}  // namespace holdfast::admin
