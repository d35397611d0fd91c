// The registry of schemas: which tables a data directory of each version has.
//
// A schema's number is stored in every data directory. A store of a higher number than current()
// was written by a newer program and is refused (exit 76); one of a lower number is carried up step
// by step. Entries are never changed once released: they say what is on people's disks.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "storage/store.h"

namespace holdfast::migrations {

struct Schema {
  std::uint32_t version = 0;  // on disk: never reuse one
  std::string_view name;
  std::span<const storage::TableSpec> tables;  // in order of their numbers
  // Makes a store of the version before one of this, by commits; nullptr: there is nothing to do.
  storage::Result<void> (*step)(storage::Store&) = nullptr;
};

// All schemas, oldest first, numbered from 1 without a gap. Static lifetime.
std::span<const Schema> registry();

// The one this program reads and writes: the last of the registry.
const Schema& current();

}  // namespace holdfast::migrations
