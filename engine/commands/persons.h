// PERSON EXPORT and PERSON ERASE. Grammar and meaning: the rows of the command table.
//
// EXPORT tells everything that is live about a person, for whoever asks what is kept of them.
//
// A row for the account, then one for each reservation of it, as SHOW tells it, oldest first; with
// locator= the one row of that reservation, whose guest may have no account. Pages as MINE: n=,
// after=; the account's row stands on the first.
//
// ERASE: erasure.h.

#pragma once

#include "engine/command.h"

namespace holdfast::engine {

Result<Outcome> person_export(Context& context, Arguments& arguments);

Result<Outcome> person_erase(Context& context, Arguments& arguments);

}  // namespace holdfast::engine
