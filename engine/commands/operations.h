// Commands for those who run the server. Grammar and meaning: the rows of the command table.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> info(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
