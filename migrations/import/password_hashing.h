// Hashing the passwords of many accounts: tens of milliseconds each, on threads of its own.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/accounts.h"
#include "migrations/import/progress.h"

namespace holdfast::migrations {

// One hash for each secret, in their order. `progress` hears of it on the calling thread, which
// waits. kInternal when there is no memory for it.
engine::Result<std::vector<std::string>> hash_all(std::span<const std::string_view> secrets,
                                                  const engine::HashCost& cost, unsigned threads,
                                                  const ProgressSink& progress);

}  // namespace holdfast::migrations
