#include "migrations/m0002_blocks.h"

#include <vector>

#include "migrations/m0001_initial.h"

namespace holdfast::migrations {
namespace {

using storage::TableId;
using storage::TableSpec;

std::vector<TableSpec> tables() {
  const auto before = initial_schema().tables;
  std::vector<TableSpec> tables(before.begin(), before.end());
  tables.push_back({.id = TableId{22}, .name = "blocks"});
  return tables;
}

}  // namespace

// A store of version 1 has no blocks: there is nothing to carry up.
Schema blocks_schema() {
  static const std::vector<TableSpec> all = tables();
  return {.version = 2, .name = "blocks", .tables = all};
}

}  // namespace holdfast::migrations
