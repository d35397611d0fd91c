// Idempotency: a repeated request with the same id= gets the first one's reply.
//
// The key is (account, token). Token, digest of the request and the reply are written by the commit
// of the command itself, so they are there exactly if its effect is. Refusals are not remembered:
// they had no effect, and another try may succeed. Entries are kept kIdempotencyHours at least and
// then purged by a command of the engine's own.
//
// The reply may hold personal words, so its rows are sealed under the account's person.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arguments.h"
#include "engine/reply.h"
#include "engine/request_key.h"
#include "engine/values.h"

namespace holdfast::engine {

// Of the normalised request: the command, the words of each part, the options by name, id= left
// out. The same over line, RESP and any other dialect. BLAKE2b-128.
RequestDigest request_digest(const Arguments& arguments);

// The reply of the first request, with seq= of its commit and replayed=1; nothing if there was
// none; kSameId when it was another request. Names in the reply live as long as `names`.
Result<std::optional<Reply>> recall(Transaction& txn, const RequestKey& key,
                                    std::vector<std::unique_ptr<std::string>>& names);

// Writes the entry; `seq` is the number that this commit will have. kLimit for a reply that does
// not fit 255 rows: no command makes one.
Result<void> remember(Transaction& txn, const RequestKey& key, const Reply& reply, Seq seq,
                      Time now);

// Erases entries that expired before `now`, the oldest first, `most` at most; returns how many.
Result<std::size_t> purge_expired(Transaction& txn, Time now, std::size_t most);
// Erases all entries of an account.
Result<void> forget_replies(Transaction& txn, AccountId account);
// When the next entry expires; nothing if there is none.
Result<std::optional<Time>> next_purge(Transaction& txn);

}  // namespace holdfast::engine
