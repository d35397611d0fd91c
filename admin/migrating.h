// Migrating: what the shell must be told of schemas, which are no business of this folder.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "admin/arguments.h"
#include "storage/local_store.h"

namespace holdfast::admin {

struct KnownSchema {
  std::uint32_t version = 0;
  std::string name;
};

struct Migrating {
  std::vector<KnownSchema> schemas;  // oldest first
  // Carries a store up to the newest of them.
  std::function<Result<void>(storage::LocalStore&)> carry_up;
};

}  // namespace holdfast::admin
