// CarryingUp: a store of an older schema becomes one of the current schema.

#pragma once

#include "storage/local_store.h"

namespace holdfast::migrations {

// From the schema that the store has to current(), step by step; nothing where it is current.
// Before anything else is done with the store: an older program then refuses it. REQUIRES: the
// store was opened with the tables of current().
storage::Result<void> carry_up(storage::LocalStore& store);

}  // namespace holdfast::migrations
