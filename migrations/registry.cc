#include "migrations/registry.h"

#include <array>

#include "migrations/m0001_initial.h"
#include "migrations/m0002_blocks.h"

namespace holdfast::migrations {

std::span<const Schema> registry() {
  static const std::array schemas = {initial_schema(), blocks_schema()};
  return schemas;
}

const Schema& current() {
  return registry().back();
}

}  // namespace holdfast::migrations
