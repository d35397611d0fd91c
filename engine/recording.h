// Recording: what the journal keeps of a command besides its write set.
//
// The words of a record are the command as it was given, in one spelling, so that the journal is an
// audit trail that people can read: secret words are left out, personal ones are references
// ("@person:12"), or "@" where the handler gave none.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/context.h"
#include "engine/service.h"
#include "storage/store.h"

namespace holdfast::engine {

// What stands in place of personal arguments: Context::references. One that is missing is "@".
using References = std::span<const std::pair<std::string_view, std::string>>;

std::vector<std::string> record_words(const Arguments& arguments, References references);

// Replaces each word that is the name of a reference.
void put_references(std::vector<std::string>& words, const Context& context);

// The context's unit changes with names, labels and spans, as the feed tells them.
Result<std::vector<Change>> describe_changes(Context& context, Seq seq);

}  // namespace holdfast::engine
