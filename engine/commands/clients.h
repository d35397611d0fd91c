// CLIENT: the open connections. Grammar and meaning: the rows of the command table.
//
// CLIENT LIST is a row for each, by number: id, address, channel, name if it gave itself one,
// account, role, age and idle in seconds, requests, unsent bytes of output, offerings watched.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> client_id(Context& context, Arguments& arguments);
Result<Outcome> client_setname(Context& context, Arguments& arguments);
Result<Outcome> client_list(Context& context, Arguments& arguments);
// Another connection is closed as it stands; one's own as by QUIT, after the answer.
Result<Outcome> client_kill(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
