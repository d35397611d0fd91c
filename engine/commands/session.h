// Commands about the connection itself. Grammar and meaning: the rows of the command table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> ping(Context& context, Arguments& arguments);
Result<Outcome> echo(Context& context, Arguments& arguments);
Result<Outcome> hello(Context& context, Arguments& arguments);
Result<Outcome> auth(Context& context, Arguments& arguments);
Result<Outcome> whoami(Context& context, Arguments& arguments);
Result<Outcome> reset(Context& context, Arguments& arguments);
Result<Outcome> quit(Context& context, Arguments& arguments);
Result<Outcome> show_time(Context& context, Arguments& arguments);
Result<Outcome> help(Context& context, Arguments& arguments);
Result<Outcome> command_count(Context& context, Arguments& arguments);
Result<Outcome> command_docs(Context& context, Arguments& arguments);
Result<Outcome> command_info(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
